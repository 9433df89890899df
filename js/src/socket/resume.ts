import { type Received, seqOf } from "../protocol/decode";

/** Where in the session's journal this client stands: what to ask for when it connects again, and what it has already. */
export class Resume {
  #last = 0;
  #unfinished: number | null = null; // head of a snapshot that is still arriving

  /** The `since` of the next connection. A snapshot that was cut off is asked for again, from nothing. */
  get since(): number {
    return this.#unfinished === null ? this.#last : 0;
  }

  /** Whether the frame is news; false for one that came before. */
  take(frame: Received): boolean {
    if (frame.type === "snapshot") {
      this.#last = 0;
      this.#unfinished = frame.head > 0 ? frame.head : null;
      return true;
    }
    const seq = seqOf(frame);
    if (seq === undefined) {
      return true;
    }
    if (seq <= this.#last) {
      return false;
    }
    this.#last = seq;
    if (this.#unfinished !== null && seq >= this.#unfinished) {
      this.#unfinished = null;
    }
    return true;
  }
}
