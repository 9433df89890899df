import type { JSX } from "preact";
import { Visible } from "../visible";
import { changesOf } from "./change";
import { Code } from "./code";
import { Diff } from "./diff";

export { Code };

const PATHS = ["file_path", "notebook_path", "path"];

interface InputProps {
  name: string;
  input: Readonly<Record<string, unknown>>;
  /** What remembers whether a long edit is shown whole; without it, it always is. */
  fold?: string;
}

/** A tool's input: a command as it is below what Claude says of it, an edit as a difference, anything else key by key. */
export function ToolInputView({ name, input, fold }: InputProps): JSX.Element {
  const changes = changesOf(name, input);
  if (changes !== null) {
    const path = PATHS.map((key) => input[key]).find((value) => typeof value === "string");
    const rest = { ...input };
    for (const key of [...PATHS, "old_string", "new_string", "content", "edits"]) {
      delete rest[key];
    }
    if (rest["replace_all"] === false) {
      delete rest["replace_all"]; // one change, as the difference shows it
    }
    return (
      <>
        {typeof path === "string" && (
          <div class="jcw-path">
            <Visible text={path} />
          </div>
        )}
        <Diff changes={changes} {...(fold !== undefined && { fold })} />
        <Fields input={rest} />
      </>
    );
  }
  if (typeof input["command"] === "string") {
    const { command, ...others } = input;
    const rest: Record<string, unknown> = { ...others };
    // Not in a question, where words of Claude's without a name could pass for ours.
    const about = fold !== undefined && typeof rest["description"] === "string" ? rest["description"] : null;
    if (about !== null) {
      delete rest["description"];
    }
    return (
      <>
        {about !== null && (
          <div class="jcw-dim jcw-about-command">
            <Visible text={about} />
          </div>
        )}
        <Code text={command as string} {...(name === "Bash" && { language: "bash" })} />
        <Fields input={rest} />
      </>
    );
  }
  return <Fields input={input} />;
}

function Fields({ input }: { input: Readonly<Record<string, unknown>> }): JSX.Element | null {
  const entries = Object.entries(input);
  if (entries.length === 0) {
    return null;
  }
  return (
    <dl class="jcw-fields">
      {entries.map(([key, value]) => (
        <div class="jcw-input-field">
          <dt>
            <Visible text={key} />
          </dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value }: { value: unknown }): JSX.Element {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return text.includes("\n") || text.length > 80 ? <Code text={text} /> : <Visible text={text} />;
}
