import type { JSX } from "preact";
import { never } from "../../protocol/decode";
import type { Question } from "../../protocol/frames.gen";
import type { Reply } from "../../session";
import { useArmed, useSelect, useSession } from "../hooks";
import { Choice } from "./choice";
import { Permission } from "./permission";
import { Plan } from "./plan";

/** What every kind of question gets. */
export interface AskProps<Ask> {
  question: Question;
  ask: Ask;
  /** An answer is on its way. */
  sent: boolean;
  reply(reply: Reply): void;
}

/**
 * The open questions, outside of the conversation's text: nothing that Claude writes can look like one of them.
 */
export function Questions(): JSX.Element | null {
  const questions = useSelect((state) => state.questions);
  // One answer moves the others on screen: then all of them wait again before they take a click.
  const armed = useArmed(questions.map((open) => open.question).join(" "));
  if (questions.length === 0) {
    return null;
  }
  return (
    <div class="jcw-questions">
      {questions.map((question) => (
        <OneQuestion key={question.question} question={question} armed={armed} />
      ))}
    </div>
  );
}

function OneQuestion({ question, armed }: { question: Question; armed: () => boolean }): JSX.Element {
  const session = useSession();
  const outgoing = useSelect((state) =>
    state.outgoing.find(({ frame }) => frame.type === "answer" && frame.question === question.question),
  );
  const reply = (words: Reply) => {
    if (armed()) {
      if (outgoing) {
        session.forget(outgoing.frame.id ?? "");
      }
      session.answer(question, words);
    }
  };
  const common = { question, sent: outgoing !== undefined && outgoing.problem === null, reply };
  return (
    <section class="jcw-question" data-jcw="question" data-kind={question.ask.kind} data-question={question.question}>
      {body(common)}
      {outgoing?.problem && (
        <div class="jcw-error-line" role="alert">
          {outgoing.problem.text} {outgoing.problem.remedy}
        </div>
      )}
    </section>
  );
}

function body(common: Omit<AskProps<never>, "ask">): JSX.Element {
  const { ask } = common.question;
  switch (ask.kind) {
    case "permission":
      return <Permission {...common} ask={ask} />;
    case "choice":
      return <Choice {...common} ask={ask} />;
    case "plan":
      return <Plan {...common} ask={ask} />;
    default:
      return never(ask);
  }
}
