import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Session } from "../../session";
import { useSession } from "../hooks";

/**
 * Arrow up at the beginning of what is written brings back the prompts of this conversation, newest first; arrow down at its
 * end goes forward again, to what was not sent.
 */
export function useHistory(area: RefObject<HTMLTextAreaElement | null>): (event: KeyboardEvent) => void {
  const session = useSession();
  const at = useRef({ back: 0, shown: "", unsent: "" });
  const go = (field: HTMLTextAreaElement, step: 1 | -1) => {
    const now = at.current;
    if (session.draft.store.state.text !== now.shown) {
      at.current = { back: 0, shown: "", unsent: session.draft.store.state.text }; // written on: a draft of its own
    }
    const prompts = promptsOf(session);
    const back = at.current.back + step;
    if (back < 0 || back > prompts.length) {
      return;
    }
    const text = back === 0 ? at.current.unsent : (prompts[back - 1] as string);
    at.current = { ...at.current, back, shown: text };
    session.draft.write(text);
    field.value = text;
    const line = text.indexOf("\n");
    const caret = step < 0 || line < 0 ? text.length : line;
    field.setSelectionRange(caret, caret);
  };
  return (event) => {
    const field = area.current;
    const step = stepOf(event);
    if (field === null || step === null || field.selectionStart !== field.selectionEnd) {
      return;
    }
    const caret = field.selectionStart;
    const beyond = step > 0 ? field.value.slice(0, caret) : field.value.slice(caret);
    if (beyond.includes("\n")) {
      return;
    }
    if (at.current.back > 0 && at.current.shown === field.value) {
      event.preventDefault();
      go(field, step);
    } else {
      // A long line is wrapped: only a caret that the browser does not move is at the first or the last line.
      setTimeout(() => field.selectionStart === caret && field.selectionEnd === caret && go(field, step));
    }
  };
}

/** How far an arrow key goes back. */
function stepOf({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): 1 | -1 | null {
  if (shiftKey || altKey || ctrlKey || metaKey) {
    return null;
  }
  return key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : null;
}

/** What was asked in the conversation as it is shown, and what waits; newest first. */
function promptsOf(session: Session): string[] {
  const { path, turns, queue } = session.store.state;
  const asked = path.flatMap((index) => {
    const turn = turns[index];
    const steered = turn?.items.flatMap((item) => (item.kind === "steered" ? [item.text] : [])) ?? [];
    return turn?.origin.kind === "prompt" ? [turn.text, ...steered] : steered;
  });
  const all = [...asked, ...queue.map((waiting) => waiting.text)].filter((text) => text.trim());
  return all.filter((text, index) => text !== all[index + 1]).reverse();
}
