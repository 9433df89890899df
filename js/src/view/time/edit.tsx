import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../../session";
import type { Turn } from "../../state/conversation";
import { toComposer } from "../focus";
import { useSelect, useSession } from "../hooks";
import { branching } from "../strings/branching";
import { backReason } from "./reason";

const HIGHEST_PX = 300;

/** What is being written in a session, by the turn whose prompt it changes: a turn far off the screen has no components. */
const drafts = new WeakMap<Session, Map<string, string>>();

/** The prompts of a session that are being changed. */
export function written(session: Session): Map<string, string> {
  const there = drafts.get(session) ?? new Map<string, string>();
  drafts.set(session, there);
  return there;
}

/** A prompt that is being changed, in its place. Sending it begins another branch. */
export function EditPrompt({ turn, close }: { turn: Turn; close: () => void }): JSX.Element {
  const session = useSession();
  const blocked = useSelect(backReason);
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(written(session).get(turn.id) ?? turn.text);
  const sending = useRef(false);
  const [refused, setRefused] = useState(false);
  useLayoutEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(-1, -1);
  }, []);
  useLayoutEffect(() => grow(area.current));
  const wordless = turn.attachments.length + turn.mentions.length > 0; // it may be sent without words
  const empty = !text.trim() && !wordless;
  const send = async () => {
    const changed = written(session).get(turn.id)?.trim() ?? ""; // `text` may be a keystroke behind
    const panel = area.current?.closest("[data-jcw=panel]");
    if (sending.current || blocked !== null || !panel || (!changed && !wordless)) {
      return;
    }
    sending.current = true;
    if (await session.resend(turn, changed)) {
      close();
      toComposer(panel);
    } else {
      setRefused(true);
    }
    sending.current = false;
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  };
  return (
    <div class="jcw-rewrite" data-jcw="edit-prompt">
      <textarea
        ref={area}
        class="jcw-textarea"
        data-jcw="edit-text"
        rows={1}
        dir="auto"
        aria-label={branching.editing}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          written(session).set(turn.id, event.currentTarget.value);
        }}
        onKeyDown={pressed}
      />
      <div class="jcw-rewrite-row">
        <span class="jcw-dim" role={refused ? "alert" : undefined}>
          {refused ? branching.refused : (blocked ?? branching.editNote)}
        </span>
        <span class="jcw-acts">
          <button type="button" class="jcw-button" onClick={close}>
            {branching.cancel}
          </button>
          <button
            type="button"
            class="jcw-button jcw-primary"
            data-jcw="edit-send"
            disabled={blocked !== null || empty}
            title={blocked ?? branching.send}
            onClick={() => void send()}
          >
            {branching.send}
          </button>
        </span>
      </div>
    </div>
  );
}

function grow(area: HTMLTextAreaElement | null): void {
  if (area !== null) {
    area.style.height = "auto";
    area.style.height = `${Math.min(HIGHEST_PX, area.scrollHeight)}px`;
  }
}
