import type { Conversation } from "../../state/conversation";
import { branching } from "../strings/branching";

/** Why the conversation cannot be taken to another place now; null where it can. */
export function backReason(state: Conversation): string | null {
  if (state.link.kind !== "open") {
    return branching.offline;
  }
  const running = state.state === "running" || state.state === "waiting";
  const pending = state.queue.length > 0 || state.outgoing.some(({ frame, problem }) => frame.type === "prompt" && problem === null);
  return running || pending ? branching.busy : null;
}
