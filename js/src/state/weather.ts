import type { Notice } from "../protocol/frames.gen";
import type { Conversation } from "./conversation";

/** A notice replaces the one of the same code, and `over` takes it away. */
export function noticed(state: Conversation, frame: Notice): Conversation {
  const others = without(state, [frame.code]).notices;
  return { ...state, notices: frame.over ? others : [...others, frame] };
}

/** Take the notices of these codes away. */
export function without(state: Conversation, codes: readonly string[]): Conversation {
  const kept = state.notices.filter((notice) => !codes.includes(notice.code));
  return kept.length === state.notices.length ? state : { ...state, notices: kept };
}

/** The reply goes on: whatever it waited for is over. */
export function replyGoesOn(state: Conversation): Conversation {
  return state.notices.length === 0 ? state : without(state, ["retrying", "silent"]);
}

/** Conditions that cannot outlast the turn in which they came up. */
export const OF_A_TURN: readonly string[] = ["retrying", "silent", "compacting"];

/** A frame that this panel does not understand: say so, once. */
export function unknown(state: Conversation, name: string): Conversation {
  const notice: Notice = {
    type: "notice",
    code: "unknown_frame",
    level: "warning",
    text: name,
    remedy: "",
    over: false,
    seq: 0,
    at: 0,
  };
  return noticed(state, notice);
}
