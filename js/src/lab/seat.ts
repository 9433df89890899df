import type { Mention } from "../drafts";
import type { Rest } from "../rest";
import type { Session } from "../session";
import { Channel } from "../socket/channel";
import type { Switcher } from "../view/conversations/switcher";
import { mountPanel } from "../view/mount";
import { goToQuestion } from "./asked";

/** A panel in an element of its own, which shows one conversation until another one is chosen in it. */
export class Seat implements Switcher {
  readonly element = document.createElement("div");
  readonly #rest: Rest;
  readonly #chosen: (session: string) => boolean;
  readonly #unmount: () => void;
  #session: string;
  #look: () => void = () => {};
  #current!: Session;

  /** @param chosen is told when the person chooses another conversation in the panel; returns whether it is to be shown here */
  constructor(rest: Rest, session: string, chosen: (session: string) => boolean) {
    this.#rest = rest;
    this.#session = session;
    this.#chosen = chosen;
    this.element.className = "jcw-seat";
    this.element.dataset["jcw"] = "seat";
    this.element.addEventListener("focusin", this.#wake);
    const open = () => Promise.resolve(this.#session);
    this.#unmount = mountPanel(this.element, {
      connect: (events) => new Channel({ rest, open, wake: false }, events),
      rest,
      fill: true,
      switcher: this,
      onSession: (current) => {
        this.#current = current;
      },
    });
  }

  get session(): string {
    return this.#session;
  }

  /** Send something in the person's name, once the conversation is there. */
  async ask(text: string, mentions: Mention[]): Promise<void> {
    await this.draft();
    this.#current.prompt(text, [], mentions);
  }

  /** What is written here and not sent yet, once it is known what was written before. */
  async draft(): Promise<Session["draft"]> {
    const { store, draft } = this.#current;
    await new Promise<void>((settle) => {
      const stop = store.subscribe(() => look());
      const look = () => {
        if (store.state.welcomed || store.state.link.kind === "closed") {
          stop();
          settle();
        }
      };
      look();
    });
    return draft;
  }

  show(session: string): void {
    if (this.#chosen(session)) {
      this.#session = session;
      this.#look();
    }
  }

  follow(changed: () => void): () => void {
    this.#look = changed;
    return () => {
      this.#look = () => {};
    };
  }

  /** Put the focus to where a person writes. */
  focus(): void {
    this.element.querySelector<HTMLElement>("[data-jcw=composer]")?.focus();
  }

  /** Put the focus to the open question, once it is there, and where there is none to where a person writes. */
  answer(): void {
    this.focus(); // from here a question that is still to come takes it, where nothing is written
    void this.draft().then(() => requestAnimationFrame(() => goToQuestion(this.element)));
  }

  dispose(): void {
    this.#unmount();
    this.element.remove();
  }

  /** Looking at a conversation starts no process; whoever goes to write gets one that is ready when they are. */
  readonly #wake = (event: FocusEvent): void => {
    const writes = event.target instanceof Element && event.target.matches("[data-jcw=composer]");
    if (writes && this.#current.store.state.state === "asleep") {
      this.#rest.offers(this.#session).catch(() => {}); // the prompt itself says what is wrong
    }
  };
}
