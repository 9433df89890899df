import type { Preferences } from "../../preferences";
import type { Prompt } from "../../protocol/frames.gen";

const COMPOSING = 229; // what Safari says for the Enter that ends a composition, which it reports as over already

/** Whether a key belongs to an input method that is composing a character. */
export function composes(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === COMPOSING;
}

/** What a key sends: a prompt that waits its turn, one for the turn that runs, or nothing. */
export function sends(event: KeyboardEvent, sendWith: Preferences["sendWith"]): NonNullable<Prompt["when"]> | null {
  if (event.key !== "Enter" || event.shiftKey || composes(event)) {
    return null;
  }
  if (event.altKey) {
    return "steer";
  }
  return sendWith === "enter" || event.ctrlKey || event.metaKey ? "queue" : null;
}

/** Whether the person's keyboard has ⌘ where others have Ctrl. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
