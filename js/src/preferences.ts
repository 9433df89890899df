import { keep, kept } from "./kept";
import { Store } from "./state/store";

/** What a person prefers, in all panels of this browser. */
export interface Preferences {
  /** Which key sends a prompt; the other one starts a new line. */
  readonly sendWith: "enter" | "mod+enter";
}

const KEY = "jcw:preferences";
const DEFAULTS: Preferences = { sendWith: "enter" };

const CHANGED = "jcw:preferences";

export const preferences = new Store<Preferences>(parsed(kept(KEY)));

// Other panels of this page have a copy of this module: a cell's widget is another bundle than the sidebar. So have other tabs.
for (const type of [CHANGED, "storage"]) {
  globalThis.addEventListener?.(type, () => {
    const text = kept(KEY);
    const { sendWith } = text === null ? preferences.state : parsed(text);
    preferences.update((now) => (now.sendWith === sendWith ? now : { ...now, sendWith }));
  });
}

/** Change a preference, and keep it. */
export function prefer(change: Partial<Preferences>): void {
  preferences.update((now) => ({ ...now, ...change }));
  keep(KEY, JSON.stringify(preferences.state));
  dispatchEvent(new Event(CHANGED));
}

function parsed(text: string | null): Preferences {
  try {
    const { sendWith } = JSON.parse(text ?? "{}") as Partial<Preferences>;
    return { sendWith: sendWith === "mod+enter" ? sendWith : DEFAULTS.sendWith };
  } catch {
    return DEFAULTS;
  }
}
