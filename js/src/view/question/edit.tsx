import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PermissionAsk } from "../../protocol/frames.gen";
import { Icon } from "../icons";
import { questionStrings as strings } from "../strings/question";
import { Code } from "../tool/input";
import { hides } from "../visible";

type Input = PermissionAsk["input"];

/** The one value of an input that people want to change, where there is one; else all of it is changed as JSON. */
const MAIN = ["command", "content", "new_string", "new_source", "source", "code"];

export interface Edit {
  /** What would run now: the input as it was asked for, as it was edited, or null where that is no input. */
  input: Input | null;
  changed: boolean;
  view: JSX.Element;
}

/** Lets the person change the input of a tool before it runs. */
export function useEdit(ask: PermissionAsk, disabled: boolean): Edit {
  const field = MAIN.find((key) => typeof ask.input[key] === "string") ?? null;
  const original = field === null ? JSON.stringify(ask.input, null, 2) : String(ask.input[field]);
  const [text, setText] = useState<string | null>(null);
  if (text === null) {
    const view = (
      <button type="button" class="jcw-link jcw-edit" data-jcw="edit-input" disabled={disabled} onClick={() => setText(original)}>
        <Icon name="edit" />
        {strings.edit}
      </button>
    );
    return { input: ask.input, changed: false, view };
  }
  const read = field === null ? parsed(text, ask.input) : { ...ask.input, [field]: text };
  const problem = typeof read === "string" ? read : "";
  const label = field === null ? strings.editAll : strings.editField(field);
  const view = (
    <div class="jcw-editing">
      <textarea
        class="jcw-input jcw-edit-text"
        data-jcw="edit-text"
        aria-label={label}
        aria-invalid={problem !== ""}
        rows={Math.min(10, Math.max(2, text.split("\n").length))}
        spellcheck={false}
        disabled={disabled}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {problem && (
        <p class="jcw-error-line" role="alert">
          {problem}
        </p>
      )}
      {hides(text) && (
        <>
          <p class="jcw-dim">{strings.editedSeen}</p>
          <Code text={text} />
        </>
      )}
      <button type="button" class="jcw-link" data-jcw="edit-undo" disabled={disabled} onClick={() => setText(null)}>
        {strings.keepOriginal}
      </button>
    </div>
  );
  return { input: typeof read === "string" ? null : read, changed: text !== original, view };
}

/** The input that is written, or why it is none. */
function parsed(text: string, given: Input): Input | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return strings.noJson((error as Error).message);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return strings.noObject;
  }
  const added = Object.keys(value).filter((key) => !Object.hasOwn(given, key));
  return added.length > 0 ? strings.newKeys(added.join(", ")) : (value as Input);
}
