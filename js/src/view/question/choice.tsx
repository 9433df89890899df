import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChoiceAsk, ChoiceItem } from "../../protocol/frames.gen";
import { useSession } from "../hooks";
import { Icon } from "../icons";
import { strings } from "../strings";
import { questionStrings } from "../strings/question";
import { Visible } from "../visible";
import { AnswerButton, Frame } from "./frame";
import { Item } from "./item";
import { answerText, NOTHING, type Picked } from "./picked";
import type { AskProps } from "./questions";

/** Claude asks the person one or more questions: several come one after the other, and are looked over before they are sent. */
export function Choice({ ask, sent, reply, question }: AskProps<ChoiceAsk>): JSX.Element {
  const [picked, setPicked] = useState<Readonly<Record<string, Picked>>>({});
  const [step, setStep] = useState(0);
  const { items } = ask;
  const id = `${useSession().prefix}-${question.question}`;
  // A question may read `constructor`, which every object has.
  const pickedOf = ({ question: asked }: ChoiceItem) => (Object.hasOwn(picked, asked) ? picked[asked] : undefined) ?? NOTHING;
  const several = items.length > 1;
  const answers = Object.fromEntries(items.map((item) => [item.question, answerText(item, pickedOf(item))]));
  const complete = Object.values(answers).every(Boolean);
  const last = !several || step === items.length;
  const submit = () => complete && reply({ decision: "allow", answers });
  const item = items[step];
  const onward = () => (last ? submit() : setStep(step + 1));
  const panel = useStepFocus(step);
  return (
    <Frame
      id={question.question}
      icon="question"
      title={several ? <Steps items={items} answers={answers} step={step} go={setStep} id={id} /> : strings.announce.waiting}
      buttons={
        <>
          {!last && (
            <AnswerButton hook="go-on" primary disabled={sent} press={onward}>
              {questionStrings.goOn}
            </AnswerButton>
          )}
          {last && (
            <AnswerButton hook="allow" primary disabled={sent || !complete} press={submit}>
              {strings.answer}
            </AnswerButton>
          )}
          <AnswerButton hook="deny" disabled={sent} press={() => reply({ decision: "deny" })}>
            {strings.skip}
          </AnswerButton>
        </>
      }
    >
      <div ref={panel} {...(several && { role: "tabpanel", id: stepsId(id), "aria-labelledby": tabId(id, step) })}>
        {item ? (
          <Item
            key={step}
            name={`${id}-${step}`}
            item={item}
            tag={!several}
            picked={pickedOf(item)}
            disabled={sent}
            change={(how) => setPicked((now) => ({ ...now, [item.question]: how(now[item.question] ?? NOTHING) }))}
            submit={onward}
          />
        ) : (
          <Review items={items} answers={answers} disabled={sent} change={setStep} />
        )}
      </div>
    </Frame>
  );
}

const tabId = (id: string, step: number) => `${id}-step-${step}`;
const stepsId = (id: string) => `${id}-steps`;

/** After a step the focus goes to the first control of the next one, where it was inside the question. */
function useStepFocus(step: number) {
  const panel = useRef<HTMLDivElement>(null);
  const before = useRef(step);
  useLayoutEffect(() => {
    const section = panel.current?.closest("[data-jcw=question]");
    const active = document.activeElement;
    // The control that was used may have gone with its step.
    const inside = active === document.body || (section?.contains(active) && !active?.matches("[role=tab]"));
    if (before.current !== step && inside) {
      const next = panel.current?.querySelector<HTMLElement>("input:checked, input:enabled") ?? section?.querySelector<HTMLElement>("[data-jcw=allow]:enabled");
      next?.focus();
    }
    before.current = step;
  }, [step]);
  return panel;
}

interface StepsProps {
  id: string;
  items: readonly ChoiceItem[];
  answers: Readonly<Record<string, string>>;
  step: number;
  go(step: number): void;
}

/** The questions as tabs, and the look over them as the last one. */
function Steps({ id, items, answers, step, go }: StepsProps): JSX.Element {
  const titles = [...items.map((item, index) => item.header || questionStrings.step(index + 1)), questionStrings.review];
  const pressed = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      const next = (step + by + titles.length) % titles.length;
      go(next);
      document.getElementById(tabId(id, next))?.focus();
    }
  };
  return (
    <div class="jcw-steps" role="tablist" aria-label={questionStrings.steps} data-jcw="steps" onKeyDown={pressed}>
      {titles.map((title, index) => {
        const done = index < items.length && Boolean(answers[items[index]?.question ?? ""]);
        return (
          <button
            key={tabId(id, index)}
            type="button"
            role="tab"
            class="jcw-step"
            id={tabId(id, index)}
            aria-selected={index === step}
            aria-controls={stepsId(id)}
            tabIndex={index === step ? 0 : -1}
            onClick={() => go(index)}
          >
            {done && <Icon name="check" />}
            <Visible text={title} />
            {done && <span class="jcw-hidden"> ({questionStrings.answered})</span>}
          </button>
        );
      })}
    </div>
  );
}

interface ReviewProps {
  items: readonly ChoiceItem[];
  answers: Readonly<Record<string, string>>;
  disabled: boolean;
  change(step: number): void;
}

function Review({ items, answers, disabled, change }: ReviewProps): JSX.Element {
  return (
    <dl class="jcw-answers" data-jcw="review">
      {items.map((item, index) => (
        <div key={item.question}>
          <dt>
            <Visible text={item.question} />
          </dt>
          <dd>
            {answers[item.question] || <span class="jcw-warning">{questionStrings.missing}</span>}{" "}
            <button type="button" class="jcw-link" disabled={disabled} onClick={() => change(index)}>
              {questionStrings.change}
            </button>
          </dd>
        </div>
      ))}
    </dl>
  );
}
