import type { Rest, SessionResource } from "../../rest";
import { Store } from "../../state/store";

const GAP_MS = 500; // between two requests, however much happens
const SOON_MS = 50;
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;
const STALE_MS = 30_000;

/** What is known of all sessions of the server. */
export interface Known {
  readonly sessions: readonly SessionResource[];
  readonly state: "loading" | "there" | "failed";
}

/** Keeps the list of all sessions; one that did not change stays the same object. */
export class Roster {
  readonly store = new Store<Known>({ sessions: [], state: "loading" });
  readonly #rest: Rest;
  #busy: Promise<void> | null = null;
  #again = false;
  #asked = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Whether the server has answered. */
  get known(): boolean {
    return this.store.state.state === "there";
  }

  /** Whether nothing was asked for so long that much may have happened. */
  get stale(): boolean {
    return performance.now() - this.#asked > STALE_MS;
  }

  /** Ask the server in a moment: what happens until then is in the same answer. */
  soon(): void {
    this.#later(Math.max(SOON_MS, this.#asked + GAP_MS - performance.now()));
  }

  /** The server is perhaps not there: ask until it answers. */
  lost(): void {
    if (this.#failures === 0) {
      this.#later(RETRY_MS);
    }
  }

  /** Ask the server now. Resolves when its answer is in the store, whether it has one or not. */
  load(): Promise<void> {
    if (this.#busy !== null) {
      this.#again = true; // what is under way may have been answered before what happened
      return this.#busy;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = performance.now();
    this.#busy = this.#load().finally(() => {
      this.#busy = null;
      if (this.#again) {
        this.#again = false;
        this.soon();
      }
    });
    return this.#busy;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  async #load(): Promise<void> {
    try {
      const sessions = await this.#rest.sessions(null);
      this.#failures = 0;
      this.store.update((known) => ({ sessions: renewed(known.sessions, sessions), state: "there" }));
    } catch {
      const wait = Math.min(RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
      this.#failures += 1;
      this.#later(wait);
      this.store.update((known) => ({ ...known, state: "failed" }));
    }
  }

  #later(wait: number): void {
    if (this.#disposed) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), wait);
  }
}

/** The sessions as they are now, in which those that did not change are the objects from before. */
export function renewed(before: readonly SessionResource[], now: readonly SessionResource[]): readonly SessionResource[] {
  const known = new Map(before.map((session) => [session.session_id, session]));
  return now.map((session) => {
    const old = known.get(session.session_id);
    return old !== undefined && JSON.stringify(old) === JSON.stringify(session) ? old : session;
  });
}
