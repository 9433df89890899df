import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PermissionAsk, Rule } from "../../protocol/frames.gen";
import { Icon } from "../icons";
import { strings } from "../strings";
import { ToolInputView } from "../tool/input";
import { toolLabel } from "../tool/summary";
import { segments, Visible } from "../visible";
import type { AskProps } from "./questions";
import { RuleScope } from "./rule-scope";
import { Words } from "./words";

/** May this tool run? Shows all of what would run, in a box that scrolls. */
export function Permission({ ask, sent, reply, question }: AskProps<PermissionAsk>): JSX.Element {
  const [words, setWords] = useState("");
  const title = `jcw-title-${question.question}`;
  const allowFor = (rule: Rule) => reply({ decision: "allow_session", rule });
  return (
    <div role="group" aria-labelledby={title}>
      <header class="jcw-question-title" id={title}>
        <Icon name="shield" />
        <span>
          <Visible text={ask.title || strings.permissionTitle(toolLabel(ask.name))} />
        </span>
      </header>
      <div class="jcw-question-scope" role="group" aria-label={strings.permissionScope}>
        <ToolInputView name={ask.name} input={withoutTitle(ask)} />
      </div>
      {hides(ask.input) && <p class="jcw-warning">{strings.marked}</p>}
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
      <Words
        label={strings.denyWords}
        value={words}
        change={setWords}
        disabled={sent}
        submit={() => reply({ decision: "deny", message: words.trim() })}
      />
      <div class="jcw-buttons">
        <button type="button" class="jcw-button jcw-primary" data-jcw="allow" disabled={sent} onClick={() => reply({ decision: "allow" })}>
          {strings.allowOnce}
        </button>
        {ask.rules.map((rule) => (
          <button type="button" class="jcw-button" data-jcw="allow-session" disabled={sent} onClick={() => allowFor(rule)}>
            {strings.allowSession}
            <RuleScope rule={rule} ask={ask} />
          </button>
        ))}
        <button
          type="button"
          class="jcw-button"
          data-jcw="deny"
          disabled={sent}
          onClick={() => reply({ decision: "deny", message: words.trim() })}
        >
          {words.trim() ? strings.denyWith : strings.deny}
        </button>
      </div>
    </div>
  );
}

/** The description that is the title already is not shown twice. */
function withoutTitle(ask: PermissionAsk): PermissionAsk["input"] {
  const { description, ...rest } = ask.input;
  return description === ask.title ? rest : ask.input;
}

function hides(input: PermissionAsk["input"]): boolean {
  return texts(input).some((text) => segments(text).some((part) => part.mark !== undefined));
}

function texts(value: unknown): string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.entries(value).flatMap(([key, inner]) => [key, ...texts(inner)]) : [];
}
