import type { Answer, Error as Refusal, Problem, Prompt } from "../protocol/frames.gen";
import type { Conversation } from "./conversation";
import { noticed } from "./weather";

/** The person sent something that must not be lost. */
export function sent(state: Conversation, frame: Prompt | Answer): Conversation {
  const others = state.outgoing.filter((there) => there.frame.id !== frame.id);
  return { ...state, outgoing: [...others, { frame, problem: null }] };
}

/** The person gives up on something that was refused. */
export function dropped(state: Conversation, id: string): Conversation {
  return { ...state, outgoing: state.outgoing.filter((there) => there.frame.id !== id) };
}

/** The server knows these prompts: they are in its queue, or in a turn. */
export function confirmed(state: Conversation, prompts: readonly string[]): Conversation {
  const kept = state.outgoing.filter(({ frame }) => !(frame.type === "prompt" && prompts.includes(frame.prompt)));
  return kept.length === state.outgoing.length ? state : { ...state, outgoing: kept };
}

/** The server refused a frame of ours: mark it where it is one that we keep, else show it as a notice. */
export function refused(state: Conversation, frame: Refusal): Conversation {
  if (frame.problem.code === "question_settled") {
    return dropped(state, frame.reply_to ?? ""); // somebody else was first: the question's own frame tells how it ended
  }
  if (state.outgoing.some((there) => there.frame.id === frame.reply_to)) {
    return reject(state, frame.reply_to ?? "", frame.problem);
  }
  const { code, text, remedy } = frame.problem;
  return noticed(state, { type: "notice", code: `refused:${code}`, level: "error", text, remedy, over: false, seq: 0, at: 0 });
}

/** Mark something as refused: it stays, and is not sent again by itself. */
export function reject(state: Conversation, id: string, problem: Problem): Conversation {
  return { ...state, outgoing: state.outgoing.map((there) => (there.frame.id === id ? { ...there, problem } : there)) };
}
