import type { JSX } from "preact";
import type { Settled } from "../../state/conversation";
import { Icon } from "../icons";
import { strings } from "../strings";
import { toolLabel } from "../tool/summary";
import { Visible } from "../visible";
import { ruleText } from "./rule";

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
    <div class="jcw-settled" data-decision={answer.decision}>
      <Icon name={answer.decision === "deny" ? "close" : "check"} />
      <span>
        {about}
        {words[answer.decision]}
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
  );
}
