import type { SessionResource } from "../../rest";

/** A turn that was shorter than this is no news to anybody. */
export const LONG_TURN_MS = 15_000;

/** Something that a person who is away would like to know. */
export interface Happening {
  kind: "asked" | "done" | "failed";
  session: SessionResource;
}

interface Seen {
  questions: number;
  busySince: number | null;
}

/** Finds out what happened from what the sessions are now, and were before. */
export class Happenings {
  #seen: ReadonlyMap<string, Seen> | null = null;

  /**
   * @param now milliseconds, of any clock that only goes forward
   * @returns nothing at the first call: what was so already is no news
   */
  since(sessions: readonly SessionResource[], now: number): Happening[] {
    const before = this.#seen;
    this.#seen = new Map(sessions.map((session) => [session.session_id, seen(session, before?.get(session.session_id), now)]));
    if (before === null) {
      return [];
    }
    return sessions.flatMap((session) => {
      const kind = happened(session, before.get(session.session_id), now);
      return kind === null ? [] : [{ kind, session }];
    });
  }
}

function seen(session: SessionResource, before: Seen | undefined, now: number): Seen {
  return { questions: session.questions, busySince: isBusy(session) ? (before?.busySince ?? now) : null };
}

function happened(session: SessionResource, before: Seen | undefined, now: number): Happening["kind"] | null {
  if (session.questions > (before?.questions ?? 0)) {
    return "asked";
  }
  const since = before?.busySince ?? null;
  if (since === null || isBusy(session)) {
    return null;
  }
  if (session.state === "failed") {
    return "failed";
  }
  return now - since >= LONG_TURN_MS ? "done" : null;
}

function isBusy({ state }: SessionResource): boolean {
  return state === "running" || state === "waiting";
}
