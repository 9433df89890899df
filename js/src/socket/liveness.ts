import type { Received } from "../protocol/decode";

const ANSWER_MS = 10_000;
const BUSY_SILENCE_MS = 45_000;
const IDLE_SILENCE_MS = 60_000;

/**
 * Suspects a socket of being dead although nobody said so (a laptop slept, a network changed).
 *
 * Opening another one is cheap, because the journal resumes exactly; so a suspicion is enough.
 */
export class Liveness {
  #received: number;
  #owed: number | null = null; // since when the server owes us a frame
  #busy = false;

  constructor(now: number) {
    this.#received = now;
  }

  received(frame: Received, now: number): void {
    this.#received = now;
    this.#owed = null;
    if (frame.type === "welcome" || frame.type === "state") {
      this.#busy = frame.state === "running" || frame.state === "waking";
    }
  }

  /** Every client frame is followed by some frame of the server. */
  sent(now: number): void {
    this.#owed ??= now;
  }

  /** Asked now and then: is the socket overdue with something? */
  overdue(now: number): boolean {
    const unanswered = this.#owed !== null && now - this.#owed > ANSWER_MS;
    return unanswered || (this.#busy && now - this.#received > BUSY_SILENCE_MS);
  }

  /** Asked when the person comes back to the page: has it been quiet for long? */
  stale(now: number): boolean {
    return this.overdue(now) || now - this.#received > IDLE_SILENCE_MS;
  }
}
