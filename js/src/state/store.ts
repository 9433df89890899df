import type { Conversation } from "./conversation";

/** Holds the conversation and tells its readers when there is a new one. */
export class Store {
  #state: Conversation;
  readonly #readers = new Set<() => void>();

  constructor(state: Conversation) {
    this.#state = state;
  }

  get state(): Conversation {
    return this.#state;
  }

  update(how: (state: Conversation) => Conversation): void {
    const next = how(this.#state);
    if (next !== this.#state) {
      this.#state = next;
      for (const reader of [...this.#readers]) {
        reader();
      }
    }
  }

  /** Calls `reader` after each change; returns how to stop it. */
  subscribe(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}
