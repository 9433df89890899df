import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PlanAsk } from "../../protocol/frames.gen";
import { Icon } from "../icons";
import { Markdown } from "../prose";
import { strings } from "../strings";
import type { AskProps } from "./questions";
import { Words } from "./words";

/** Claude presents a plan: approve it, or say what should change. */
export function Plan({ ask, sent, reply, question }: AskProps<PlanAsk>): JSX.Element {
  const [words, setWords] = useState("");
  const title = `jcw-title-${question.question}`;
  const refuse = () => reply({ decision: "deny", message: words.trim() });
  return (
    <div role="group" aria-labelledby={title}>
      <header class="jcw-question-title" id={title}>
        <Icon name="list" />
        <span>{strings.planTitle}</span>
      </header>
      <div class="jcw-plan" tabIndex={0} role="group" aria-labelledby={title}>
        <Markdown text={ask.plan} open={false} />
      </div>
      <Words label={strings.planWords} value={words} change={setWords} disabled={sent} submit={refuse} />
      <div class="jcw-buttons">
        <button type="button" class="jcw-button jcw-primary" data-jcw="allow" disabled={sent} onClick={() => reply({ decision: "allow" })}>
          {strings.approve}
        </button>
        <button type="button" class="jcw-button" data-jcw="deny" disabled={sent} onClick={refuse}>
          {strings.keepPlanning}
        </button>
      </div>
    </div>
  );
}
