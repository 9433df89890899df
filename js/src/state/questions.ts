import type { Question, QuestionSettled } from "../protocol/frames.gen";
import type { Conversation, Settled } from "./conversation";
import { inAnyTurn, inTurn, place } from "./items";

/** A question opens. One that is asked again (a snapshot, a restart) replaces itself. */
export function questionOpened(state: Conversation, frame: Question): Conversation {
  const others = state.questions.filter((open) => open.question !== frame.question);
  return { ...state, questions: [...others, frame] };
}

/** A question closes: it leaves the list, and its tool call remembers how it ended. */
export function questionSettled(state: Conversation, frame: QuestionSettled): Conversation {
  const question = state.questions.find((open) => open.question === frame.question);
  const closed: Conversation = {
    ...state,
    questions: state.questions.filter((open) => open.question !== frame.question),
    outgoing: state.outgoing.filter((sent) => !(sent.frame.type === "answer" && sent.frame.question === frame.question)),
  };
  if (question === undefined || frame.decision === "withdrawn") {
    return closed;
  }
  const settled: Settled = { question, answer: frame };
  const remembered = question.tool ? inAnyTurn(closed, question.tool, (tool) => ({ ...tool, settled })) : closed;
  if (remembered !== closed) {
    return remembered;
  }
  return inTurn(closed, { turn: question.turn ?? null, at: frame.at }, (items) =>
    place(items, { kind: "asked", key: `asked:${frame.question}`, settled }, question.parent),
  );
}
