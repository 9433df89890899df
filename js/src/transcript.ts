import { askHost } from "./host";
import type { Rest } from "./rest";
import type { Session } from "./session";
import type { Conversation, Turn } from "./state/conversation";

const SETTLE_MS = 300; // a replay's turns are one change, not many

/**
 * Have the page keep the transcript in the notebook, once after each finished turn.
 *
 * Where a session is open in several tabs, each has its own copy of the notebook, and saving two that changed ends in a
 * question to the person. So a tab that nobody looks at changes its copy only for prompts that were sent from it.
 *
 * @returns how to stop it.
 */
export function keepTranscript(element: Element, session: Session, rest: Rest): () => void {
  const mine = new Set<string>();
  const done = new Set<string>();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const keep = async (turn: Turn, id: string) => {
    waiting = undefined;
    if (stopped || !askHost(element, "transcript", null)) {
      return;
    }
    done.add(turn.id);
    try {
      const { data, markdown } = await rest.excerpt(id);
      if (data !== null && !stopped) {
        askHost(element, "transcript", { session: id, data, markdown });
      }
    } catch {
      done.delete(turn.id); // it is tried again with the next change
    }
  };

  const look = () => {
    const { state } = session.store;
    for (const { frame } of state.outgoing) {
      if (frame.type === "prompt") {
        mine.add(frame.prompt);
      }
    }
    const turn = state.context === "workspace" ? lastFinished(state) : null; // what is said about an agent is not the notebook's
    const wanted = turn && !done.has(turn.id) && (mine.has(turn.origin.prompt ?? "") || document.visibilityState === "visible");
    if (wanted && waiting === undefined) {
      waiting = setTimeout(() => void keep(turn, state.session), SETTLE_MS);
    }
  };

  const unsubscribe = session.store.subscribe(look);
  document.addEventListener("visibilitychange", look);
  return () => {
    stopped = true;
    clearTimeout(waiting);
    unsubscribe();
    document.removeEventListener("visibilitychange", look);
  };
}

/** The newest turn that is shown and over. */
function lastFinished({ path, turns }: Conversation): Turn | null {
  const index = path.findLast((shown) => turns[shown]?.end);
  return index === undefined ? null : (turns[index] ?? null);
}
