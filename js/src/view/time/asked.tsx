import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Turn } from "../../state/conversation";
import { useSelect, useSession } from "../hooks";
import { PromptBubble } from "../prompt-bubble";
import { branching } from "../strings/branching";
import { Act } from "./act";
import { Branches } from "./branches";
import { CopyButton } from "./copy";
import { EditPrompt, written } from "./edit";
import { backReason } from "./reason";

/** What a person asked, with what can be done about it: edit and send again, copy, go to another branch. */
export function AskedPrompt({ turn }: { turn: Turn }): JSX.Element {
  const session = useSession();
  const [editing, setEditing] = useState(() => written(session).has(turn.id));
  const blocked = useSelect(backReason);
  const root = useRef<HTMLDivElement>(null);
  if (editing) {
    const close = () => {
      written(session).delete(turn.id);
      setEditing(false);
      setTimeout(() => root.current?.querySelector<HTMLElement>("[data-jcw=edit]")?.focus());
    };
    return <EditPrompt turn={turn} close={close} />;
  }
  return (
    <div class="jcw-asked" ref={root}>
      <PromptBubble text={turn.text} attachments={turn.attachments} mentions={turn.mentions} user={turn.origin.user ?? ""} />
      <div class="jcw-actions" role="group" aria-label={branching.prompt}>
        <Act
          hook="edit"
          icon="edit"
          label={branching.edit}
          blocked={blocked}
          class="jcw-on-hover"
          done={() => {
            written(session).set(turn.id, turn.text);
            setEditing(true);
          }}
        />
        <span class="jcw-on-hover">
          <CopyButton text={() => turn.text} label={branching.copyPrompt} hook="copy-prompt" />
        </span>
        <Branches turn={turn} />
      </div>
    </div>
  );
}
