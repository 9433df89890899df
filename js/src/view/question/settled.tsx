import type { JSX } from "preact";
import type { Settled } from "../../state/conversation";
import { Icon } from "../icons";
import { strings } from "../strings";
import { questionStrings } from "../strings/question";
import { ToolInputView } from "../tool/input";
import { toolLabel } from "../tool/summary";
import { Visible } from "../visible";
import { ruleText } from "./rule";

type Input = Readonly<Record<string, unknown>>;

/** How a question ended, for whoever reads the conversation later. */
export function SettledLine({ settled }: { settled: Settled }): JSX.Element {
  const { question, answer } = settled;
  if (question.ask.kind === "choice" && answer.answers && answer.decision !== "deny") {
    return (
      <dl class="jcw-answers">
        {Object.entries(answer.answers).map(([asked, given]) => (
          <div>
            <dt>{asked}</dt>
            <dd>{given}</dd>
          </div>
        ))}
      </dl>
    );
  }
  const words = question.ask.kind === "plan" ? strings.planAnswered : strings.answered;
  const about = question.tool || question.ask.kind !== "permission" ? "" : `${toolLabel(question.ask.name)}: `;
  return (
    <>
      <div class="jcw-settled" data-jcw="settled" data-decision={answer.decision}>
        <Icon name={answer.decision === "deny" ? "close" : "check"} />
        <span>
          {about}
          {answer.input ? questionStrings.edited : words[answer.decision]}
          {answer.rule && (
            <>
              {" "}
              <code class="jcw-rule">
                <Visible text={ruleText(answer.rule)} />
              </code>
            </>
          )}
          {answer.user && ` ${strings.by(answer.user)}`}
          {answer.message && `: “${answer.message}”`}
        </span>
      </div>
      {answer.input && question.ask.kind === "permission" && <EditedInput name={question.ask.name} asked={question.ask.input} allowed={answer.input} />}
    </>
  );
}

/** What ran instead of what was asked for: only the values that the person changed. */
function EditedInput({ name, asked, allowed }: { name: string; asked: Input; allowed: Input }): JSX.Element {
  const changed = Object.entries(allowed).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(asked[key]));
  const left = Object.keys(asked).filter((key) => !Object.hasOwn(allowed, key));
  return (
    <div class="jcw-edited" data-jcw="edited">
      <ToolInputView name={name} input={Object.fromEntries(changed)} />
      {left.length > 0 && (
        <div class="jcw-dim">
          {questionStrings.leftOut} <Visible text={left.join(", ")} />
        </div>
      )}
    </div>
  );
}
