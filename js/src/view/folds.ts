/** Which parts are unfolded. Kept outside of the components, which come and go with what the reader looks at. */
export class Folds {
  readonly #open = new Map<string, boolean>();
  readonly #readers = new Set<() => void>();

  /** undefined where nobody has folded or unfolded it. */
  get(key: string): boolean | undefined {
    return this.#open.get(key);
  }

  set(key: string, open: boolean): void {
    this.#open.set(key, open);
    for (const reader of [...this.#readers]) {
      reader();
    }
  }

  /** Calls `reader` after each change; returns how to stop it. */
  subscribe(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}
