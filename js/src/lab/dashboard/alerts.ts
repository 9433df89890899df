import { Store } from "../../state/store";
import type { Happening } from "./happenings";
import type { Words } from "./words";

/** Whether the browser tells a person who is elsewhere. "refused" and "impossible": this browser does not let us. */
export type AlertState = "off" | "on" | "refused" | "impossible";

/** Where a person's choice is kept. */
export interface Choice {
  get(): boolean;
  set(wanted: boolean): Promise<void>;
  /** Calls back when it was changed elsewhere. */
  follow(changed: () => void): void;
}

/** The browser's notifications. Nothing is asked of the person before they want them. */
export class Alerts {
  readonly store = new Store<AlertState>("off");
  readonly #choice: Choice;
  readonly #words: Words;
  readonly #open: (session: string) => void;

  constructor(choice: Choice, words: Words, open: (session: string) => void) {
    this.#choice = choice;
    this.#words = words;
    this.#open = open;
    choice.follow(() => this.#look());
    this.#look();
  }

  /** The person pressed the button: ask the browser, and keep what was chosen. */
  async toggle(): Promise<void> {
    const wanted = this.store.state !== "on";
    if (wanted && isPossible() && Notification.permission !== "granted") {
      await Notification.requestPermission();
    }
    await this.#choice.set(wanted && isPossible() && Notification.permission === "granted");
    this.#look();
  }

  /** Tell it to a person who does not see this page. Never more than the session's name, and what kind of news it is. */
  tell({ kind, session }: Happening): void {
    this.#look();
    if (this.store.state !== "on" || document.visibilityState === "visible") {
      return;
    }
    const { asks, done, failed, untitled } = this.#words;
    const name = session.title || session.notebook.split("/").at(-1) || untitled;
    const body = { asked: asks, done, failed }[kind];
    const shown = new Notification(name, { body, tag: `jcw-${session.session_id}` }); // one for a session, from all tabs
    shown.onclick = () => {
      window.focus();
      this.#open(session.session_id);
      shown.close();
    };
  }

  #look(): void {
    this.store.update(() => {
      if (!isPossible()) {
        return "impossible";
      }
      if (Notification.permission === "denied") {
        return "refused";
      }
      return Notification.permission === "granted" && this.#choice.get() ? "on" : "off";
    });
  }
}

/** Browsers notify only for pages that came over HTTPS or from this machine; some do not at all. */
function isPossible(): boolean {
  return window.isSecureContext && "Notification" in window;
}
