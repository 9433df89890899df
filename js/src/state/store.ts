/** Holds a value that is never changed in place, such as the conversation, and tells its readers when there is a new one. */
export class Store<T> {
  #state: T;
  readonly #readers = new Set<() => void>();

  constructor(state: T) {
    this.#state = state;
  }

  get state(): T {
    return this.#state;
  }

  update(how: (state: T) => T): void {
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
