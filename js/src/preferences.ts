import { keep, kept } from "./kept";
import { Store } from "./state/store";

/** What a person prefers, in all panels of this browser. */
export interface Preferences {
  /** Which key sends a prompt; the other one starts a new line. */
  readonly sendWith: "enter" | "mod+enter";
}

const KEY = "jcw:preferences";
const DEFAULTS: Preferences = { sendWith: "enter" };

export const preferences = new Store<Preferences>(parsed(kept(KEY)));

/** Change a preference, and keep it. */
export function prefer(change: Partial<Preferences>): void {
  preferences.update((now) => ({ ...now, ...change }));
  keep(KEY, JSON.stringify(preferences.state));
}

function parsed(text: string | null): Preferences {
  try {
    const { sendWith } = JSON.parse(text ?? "{}") as Partial<Preferences>;
    return { sendWith: sendWith === "mod+enter" ? sendWith : DEFAULTS.sendWith };
  } catch {
    return DEFAULTS;
  }
}
