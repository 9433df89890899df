import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PermissionAsk, Rule } from "../../protocol/frames.gen";
import { memo } from "../memo";
import { strings } from "../strings";
import { questionStrings } from "../strings/question";
import { ToolInputView } from "../tool/input";
import { toolLabel } from "../tool/summary";
import { hides, Visible } from "../visible";
import { useEdit } from "./edit";
import { AnswerButton, Frame } from "./frame";
import type { AskProps } from "./questions";
import { isExact, ruleText } from "./rule";
import { RuleScope } from "./rule-scope";
import { Words } from "./words";

const LONG_RULE = 160; // characters; a longer one is also written out above, where there is room

const NO_RULES: readonly Rule[] = [];

/** May this tool run? Shows all of what would run, in a box that scrolls. */
export function Permission({ ask, sent, reply, question }: AskProps<PermissionAsk>): JSX.Element {
  const [words, setWords] = useState("");
  const edit = useEdit(ask, sent);
  const allow = () => edit.input && reply({ decision: "allow", ...(edit.changed && { input: edit.input }) });
  const deny = () => reply({ decision: "deny", message: words.trim() });
  const rules = edit.changed ? NO_RULES : ask.rules; // they were made for what was asked
  return (
    <Frame
      id={question.question}
      icon="shield"
      title={<Title ask={ask} />}
      buttons={
        <>
          <AnswerButton hook="allow" digit={1} primary disabled={sent || edit.input === null} press={allow}>
            {edit.changed ? questionStrings.allowEdited : strings.allowOnce}
          </AnswerButton>
          {rules.map((rule, index) => (
            <AnswerButton key={ruleText(rule)} hook="allow-session" digit={2 + index} disabled={sent} press={() => reply({ decision: "allow_session", rule })}>
              {strings.allowSession}
              <RuleScope rule={rule} ask={ask} />
            </AnswerButton>
          ))}
          <AnswerButton hook="deny" digit={2 + rules.length} disabled={sent} press={deny}>
            {words.trim() ? strings.denyWith : strings.deny}
          </AnswerButton>
        </>
      }
    >
      <Scope ask={ask} />
      <Warnings ask={ask} rules={rules} />
      {edit.view}
      <Words label={strings.denyWords} value={words} change={setWords} disabled={sent} submit={deny} />
    </Frame>
  );
}

/** The tool, which the server names, and what will happen in Claude's words. */
function Title({ ask }: { ask: PermissionAsk }): JSX.Element {
  const tool = toolLabel(ask.name);
  if (!ask.title) {
    return <Visible text={strings.permissionTitle(tool)} />;
  }
  return (
    <>
      <span class="jcw-tag">
        <Visible text={tool} />
      </span>
      <Visible text={ask.title} />
    </>
  );
}

/** All of what would run. Drawn once: it may be a long file, and the person types beside it. */
const Scope = memo(({ ask }: { ask: PermissionAsk }): JSX.Element => {
  return (
    <div class="jcw-question-scope" role="group" aria-label={strings.permissionScope}>
      <ToolInputView name={ask.name} input={withoutTitle(ask)} />
    </div>
  );
});

/** What a person should know before allowing it. */
const Warnings = memo(({ ask, rules }: { ask: PermissionAsk; rules: readonly Rule[] }): JSX.Element => {
  const long = rules.filter((rule) => !isExact(rule, ask)).map(ruleText).filter((text) => text.length > LONG_RULE);
  return (
    <>
      {texts(ask.input).some(hides) && <p class="jcw-warning">{questionStrings.marked}</p>}
      {ask.blocked_path && (
        <p class="jcw-warning">
          <Visible text={strings.outside(ask.blocked_path)} />
        </p>
      )}
      {ask.reason && (
        <p class="jcw-dim">
          <Visible text={ask.reason} />
        </p>
      )}
      {long.map((text) => (
        <p key={text} class="jcw-dim">
          {questionStrings.ruleWhole}{" "}
          <code class="jcw-rule-whole">
            <Visible text={text} />
          </code>
        </p>
      ))}
    </>
  );
});

/** The description that is the title already is not shown twice. */
function withoutTitle(ask: PermissionAsk): PermissionAsk["input"] {
  const { description, ...rest } = ask.input;
  return description === ask.title ? rest : ask.input;
}

function texts(value: unknown): string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.entries(value).flatMap(([key, inner]) => [key, ...texts(inner)]) : [];
}
