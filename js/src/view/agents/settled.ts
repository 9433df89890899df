import type { Session } from "../../session";
import { agents as strings } from "../strings/agents";

const PATIENCE_MS = 10_000;

/**
 * Waits until the server has everything that the person wrote into the draft.
 * @throws Error where it does not come to that
 */
export function settled(session: Session): Promise<void> {
  session.flushDraft();
  return until(session, () => Object.keys(session.store.state.drafting.mine).length === 0);
}

/** Waits until something holds of a session; @throws Error where it does not come to that, or `holds` threw it. */
export function until(session: Session, holds: () => boolean): Promise<void> {
  return new Promise((done, failed) => {
    const look = () => {
      try {
        if (!holds()) {
          return;
        }
        done();
      } catch (error) {
        failed(error);
      }
      stop();
    };
    const unsubscribe = session.store.subscribe(() => look());
    const timer = setTimeout(() => {
      stop();
      failed(new Error(strings.notConnected));
    }, PATIENCE_MS);
    const stop = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    look();
  });
}
