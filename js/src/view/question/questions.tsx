import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { never } from "../../protocol/decode";
import type { Question } from "../../protocol/frames.gen";
import type { Reply } from "../../session";
import { useArmed, useSelect, useSession } from "../hooks";
import { Icon } from "../icons";
import { questionStrings as strings } from "../strings/question";
import { AskSlot } from "../notebook/slot";
import { Choice } from "./choice";
import { isIdle, pressedIn } from "./keys";
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
 * The open questions, one in sight and the others behind it. Outside of the conversation's text: nothing that Claude writes can
 * look like one of them.
 */
export function Questions(): JSX.Element | null {
  const questions = useSelect((state) => state.questions);
  const [chosen, setChosen] = useState("");
  const index = Math.max(0, questions.findIndex((open) => open.question === chosen));
  const current = questions[index]?.question;
  // One answer moves the others on screen: then all of them wait again before they take a click.
  const armed = useArmed(`${questions.map((open) => open.question).join(" ")} ${current}`);
  const root = useQuestionFocus(current);
  if (questions.length === 0) {
    return null;
  }
  return (
    <div class="jcw-questions" ref={root}>
      {questions.length > 1 && <Stack index={index} questions={questions} show={setChosen} />}
      {questions.map((question) => (
        <OneQuestion key={question.question} question={question} armed={armed} shown={question.question === current} />
      ))}
    </div>
  );
}

/** Which of several questions is in sight. */
function Stack({ index, questions, show }: { index: number; questions: readonly Question[]; show(question: string): void }): JSX.Element {
  const step = (by: number) => show(questions[(index + by + questions.length) % questions.length]?.question ?? "");
  return (
    <div class="jcw-stack" data-jcw="stack">
      <span>{strings.place(index + 1, questions.length)}</span>
      <button type="button" class="jcw-plain jcw-back" data-jcw="previous" aria-label={strings.previous} title={strings.previous} onClick={() => step(-1)}>
        <Icon name="chevron" />
      </button>
      <button type="button" class="jcw-plain" data-jcw="next" aria-label={strings.next} title={strings.next} onClick={() => step(1)}>
        <Icon name="chevron" />
      </button>
    </div>
  );
}

/**
 * A new question takes the focus from an empty message field, never from writing and never from outside the panel; after the
 * last answer the focus goes back there. Alt+Q goes to the question from anywhere in the panel.
 */
function useQuestionFocus(current: string | undefined) {
  const root = useRef<HTMLDivElement>(null);
  const left = useRef<{ panel: HTMLElement; inside: () => boolean } | null>(null);
  useLayoutEffect(() => {
    const panel = root.current?.closest<HTMLElement>("[data-jcw=panel]") ?? left.current?.panel;
    const wasInside = left.current?.inside() ?? false;
    left.current = null;
    if (!panel) {
      return;
    }
    const sections = [...(root.current?.children ?? [])] as HTMLElement[];
    const section = sections.find((one) => one.dataset["question"] === current && current !== undefined);
    if (!section) {
      if (wasInside) {
        panel.querySelector<HTMLElement>("[data-jcw=composer]")?.focus();
      }
      return;
    }
    if (wasInside || (!root.current?.contains(document.activeElement) && isIdle(panel))) {
      section.focus({ preventScroll: true });
    }
    let inside = root.current?.contains(document.activeElement) ?? false;
    const shortcut = (event: KeyboardEvent) => {
      if (event.altKey && event.code === "KeyQ") {
        event.preventDefault();
        section.focus();
        section.scrollIntoView?.({ block: "nearest" }); // also where it has the focus already, and was scrolled away
      }
    };
    // A question that is answered takes the focus along when it goes; only what was focused last tells that it was here.
    const focused = (event: FocusEvent) => {
      inside = root.current?.contains(event.target as Node) ?? false;
    };
    panel.addEventListener("keydown", shortcut);
    document.addEventListener("focusin", focused);
    left.current = { panel, inside: () => inside };
    return () => {
      panel.removeEventListener("keydown", shortcut);
      document.removeEventListener("focusin", focused);
    };
  }, [current]);
  return root;
}

interface OneProps {
  question: Question;
  armed: () => boolean;
  shown: boolean;
}

function OneQuestion({ question, armed, shown }: OneProps): JSX.Element {
  const session = useSession();
  const since = useRef(0);
  useLayoutEffect(() => {
    since.current = shown ? performance.now() : Number.POSITIVE_INFINITY;
  }, [shown]);
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
    <section
      class="jcw-question"
      data-jcw="question"
      data-kind={question.ask.kind}
      data-question={question.question}
      hidden={!shown}
      tabIndex={-1}
      aria-labelledby={`${session.prefix}-title-${question.question}`}
      onKeyDown={(event) => pressedIn(event.currentTarget, since.current, event)}
    >
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
    case "cells":
    case "run":
      return <AskSlot {...common} />;
    default:
      return never(ask);
  }
}
