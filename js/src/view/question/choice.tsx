import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ChoiceAsk, ChoiceItem } from "../../protocol/frames.gen";
import { Icon } from "../icons";
import { strings } from "../strings";
import type { AskProps } from "./questions";
import { Words } from "./words";

/** What is picked for one question: labels of options, and words of the person's own. */
interface Picked {
  labels: readonly string[];
  words: string;
}

const NOTHING: Picked = { labels: [], words: "" };

/** The text of an answer: labels in the order of the options, own words last; empty where nothing is picked. */
export function answerText(item: ChoiceItem, picked: Picked): string {
  const labels = item.options.map((option) => option.label).filter((label) => picked.labels.includes(label));
  return [...labels, picked.words.trim()].filter(Boolean).join(", ");
}

/** Claude asks the person one or more questions. */
export function Choice({ ask, sent, reply, question }: AskProps<ChoiceAsk>): JSX.Element {
  const [picked, setPicked] = useState<Readonly<Record<string, Picked>>>({});
  const answers = Object.fromEntries(ask.items.map((item) => [item.question, answerText(item, picked[item.question] ?? NOTHING)]));
  const complete = Object.values(answers).every(Boolean);
  const submit = () => complete && reply({ decision: "allow", answers });
  return (
    <div role="group">
      {ask.items.map((item, index) => (
        <Question
          key={item.question}
          name={`jcw-${question.question}-${index}`}
          item={item}
          picked={picked[item.question] ?? NOTHING}
          disabled={sent}
          change={(how) => setPicked((now) => ({ ...now, [item.question]: how(now[item.question] ?? NOTHING) }))}
          submit={submit}
        />
      ))}
      <div class="jcw-buttons">
        <button type="button" class="jcw-button jcw-primary" data-jcw="allow" disabled={sent || !complete} onClick={submit}>
          {strings.answer}
        </button>
        <button type="button" class="jcw-button" data-jcw="deny" disabled={sent} onClick={() => reply({ decision: "deny" })}>
          {strings.skip}
        </button>
      </div>
    </div>
  );
}

/** After a click on a label. Of one choice only one thing holds: a label, or the person's own words. */
function toggled(item: ChoiceItem, picked: Picked, label: string): Picked {
  if (!item.multi_select) {
    return { labels: [label], words: "" };
  }
  const without = picked.labels.filter((other) => other !== label);
  return { ...picked, labels: without.length < picked.labels.length ? without : [...without, label] };
}

function worded(item: ChoiceItem, picked: Picked, words: string): Picked {
  return { labels: !item.multi_select && words.trim() ? [] : picked.labels, words };
}

interface QuestionProps {
  name: string;
  item: ChoiceItem;
  picked: Picked;
  disabled: boolean;
  change(how: (picked: Picked) => Picked): void;
  submit(): void;
}

function Question({ name, item, picked, disabled, change, submit }: QuestionProps): JSX.Element {
  return (
    <fieldset class="jcw-choice" disabled={disabled}>
      <legend class="jcw-question-title">
        <Icon name="question" />
        <span>
          {item.header && <span class="jcw-tag">{item.header}</span>}
          {item.question}
        </span>
      </legend>
      {item.options.map((option) => (
        <label class="jcw-option">
          <input
            type={item.multi_select ? "checkbox" : "radio"}
            name={name}
            checked={picked.labels.includes(option.label)}
            onChange={() => change((now) => toggled(item, now, option.label))}
          />
          <span>
            <span class="jcw-option-label">{option.label}</span>
            {option.description && <span class="jcw-dim">{option.description}</span>}
          </span>
        </label>
      ))}
      <Words
        label={strings.choiceOther}
        value={picked.words}
        disabled={disabled}
        change={(words) => change((now) => worded(item, now, words))}
        submit={submit}
      />
    </fieldset>
  );
}
