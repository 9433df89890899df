import type { Conversation } from "../state/conversation";
import { pageStrings as strings } from "../view/strings/page";
import { writtenOut } from "../view/visible";

/** The page's title: names the conversation, and marks it while Claude asks, and when a turn has ended that nobody saw. */
export class Tab {
  #title = document.title;
  #asks = false;
  #finished = false;
  #running: string | null = null;

  constructor(readonly heading: HTMLElement) {
    document.addEventListener("visibilitychange", () => this.#draw());
    this.#draw();
  }

  show(conversation: Conversation): void {
    const { title, notebook, turns, questions, session } = conversation;
    this.#title = writtenOut(title || notebook) || this.#title;
    this.#asks = questions.length > 0;
    const last = turns.at(-1);
    const ended = last !== undefined && last.end !== null && this.#running === `${session} ${last.id}`;
    this.#finished = document.hidden && (this.#finished || ended);
    this.#running = last?.end === null ? `${session} ${last.id}` : null;
    this.#draw();
  }

  #draw(): void {
    this.#finished &&= document.hidden;
    const title = this.#title;
    const marked = this.#asks ? strings.question(title) : this.#finished ? strings.finished(title) : title;
    if (document.title !== marked) {
      document.title = marked;
    }
    if (this.heading.textContent !== title) {
      this.heading.textContent = title;
    }
  }
}
