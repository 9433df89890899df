import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Mention } from "../../../drafts";
import { useSession, useStore } from "../../hooks";
import { Icon, type IconName } from "../../icons";
import { nameOf } from "../../prompt-bubble";
import { mentionStrings as strings } from "../../strings/mentions";
import { drawInto, type Host } from "../host";
import { follow, letGoAlong } from "./here";
import { Preview } from "./preview";

const ICONS: Record<Mention["kind"], IconName> = { cell: "notebook", selection: "notebook", error: "alert", variable: "list" };

/** What of the notebook goes along with the prompt that is being written, above the field. */
export function mountMentions(element: HTMLElement, host: Host): () => void {
  const undraw = drawInto(element, host, <Mentions />);
  const stop = follow(element, host.session);
  return () => {
    stop();
    undraw();
  };
}

function Mentions(): JSX.Element | null {
  const { draft } = useSession();
  const mentions = useStore(draft.store, (state) => state.mentions);
  const along = useStore(draft.store, (state) => state.along);
  const [shown, setShown] = useState<string | null>(null);
  const all = [...mentions.map((mention) => ({ mention, mine: true })), ...along.map((mention) => ({ mention, mine: false }))];
  const open = all.find(({ mention }) => keyOf(mention) === shown);
  if (all.length === 0) {
    return null;
  }
  return (
    <>
      {open && <Preview key={shown} mention={open.mention} close={() => setShown(null)} />}
      <ul class="jcw-chips" aria-label={strings.along}>
        {all.map(({ mention, mine }) => (
          <Chip
            key={`${mine} ${keyOf(mention)}`}
            mention={mention}
            along={!mine}
            open={shown === keyOf(mention)}
            show={() => setShown(shown === keyOf(mention) ? null : keyOf(mention))}
            remove={() => (mine ? draft.mention(mentions.filter((other) => other !== mention)) : letGoAlong(false))}
          />
        ))}
      </ul>
    </>
  );
}

interface ChipProps {
  mention: Mention;
  /** It goes because of where the person is, not because they chose it. */
  along: boolean;
  open: boolean;
  show(): void;
  remove(): void;
}

function Chip({ mention, along, open, show, remove }: ChipProps): JSX.Element {
  const name = along && mention.kind === "selection" ? strings.selection(nameOf(mention)) : nameOf(mention);
  const removing = along ? strings.stopCurrent : strings.remove(name);
  return (
    <li class="jcw-chip" data-jcw="mention" data-kind={mention.kind} data-along={along}>
      <button type="button" class="jcw-chip-name" data-jcw="mention-preview" aria-expanded={open} title={strings.preview(name)} onClick={show}>
        <Icon name={ICONS[mention.kind]} />
        <span>{name}</span>
      </button>
      <button type="button" class="jcw-plain" data-jcw="mention-remove" aria-label={removing} title={removing} onClick={remove}>
        <Icon name="close" />
      </button>
    </li>
  );
}

function keyOf(mention: Mention): string {
  return `${mention.kind} ${mention.kind === "variable" ? mention.name : mention.cell}`;
}
