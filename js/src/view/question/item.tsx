import type { JSX } from "preact";
import type { ChoiceItem } from "../../protocol/frames.gen";
import { strings } from "../strings";
import { questionStrings } from "../strings/question";
import { Digit } from "./frame";
import { Visible } from "../visible";
import { type Picked, toggled, worded } from "./picked";
import { Words } from "./words";

const MOST_DIGITS = 9;

interface ItemProps {
  /** For the browser: the options of one question exclude each other. */
  name: string;
  item: ChoiceItem;
  /** Whether its short title is shown here, and not above. */
  tag: boolean;
  picked: Picked;
  disabled: boolean;
  change(how: (picked: Picked) => Picked): void;
  submit(): void;
}

/** One question of a choice: its options, and a line for an answer of one's own. */
export function Item({ name, item, tag, picked, disabled, change, submit }: ItemProps): JSX.Element {
  return (
    <fieldset class="jcw-choice" disabled={disabled}>
      <legend class="jcw-choice-asked">
        {tag && item.header && (
          <span class="jcw-tag">
            <Visible text={item.header} />
          </span>
        )}
        <Visible text={item.question} />
        {item.multi_select && <span class="jcw-dim jcw-several"> {questionStrings.severalPossible}</span>}
      </legend>
      {item.options.map((option, index) => (
        <label key={option.label} class="jcw-option">
          <input
            type={item.multi_select ? "checkbox" : "radio"}
            name={name}
            checked={picked.labels.includes(option.label)}
            data-digit={index < MOST_DIGITS ? index + 1 : undefined}
            onChange={() => change((now) => toggled(item, now, option.label))}
            onKeyDown={(event) => {
              if (event.key === "Enter") {
                event.preventDefault();
                submit();
              }
            }}
          />
          <span class="jcw-option-words">
            <span class="jcw-option-label">
              <Visible text={option.label} />
            </span>
            {option.description && (
              <span class="jcw-dim">
                <Visible text={option.description} />
              </span>
            )}
          </span>
          {index < MOST_DIGITS && <Digit digit={index + 1} />}
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
