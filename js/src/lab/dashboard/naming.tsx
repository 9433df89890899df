import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { RestError } from "../../rest";
import { useAround } from "./around";
import { wordsOf } from "./outcome";

interface NameFieldProps {
  label: string;
  initial: string;
  act: string;
  /** Rejects where the name cannot be had; the field stays then, and says why. */
  save(name: string): Promise<void>;
  cancel(): void;
}

/** Asks for the name of an agent. Enter saves, Escape cancels. */
export function NameField({ label, initial, act, save, cancel }: NameFieldProps): JSX.Element {
  const { strings } = useAround();
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.select(), []);
  const submit = async (event: Event) => {
    event.preventDefault();
    const name = field.current?.value.trim() ?? "";
    try {
      await save(name);
    } catch (error) {
      setProblem(error instanceof RestError && error.status === 409 ? strings.takenName(name) : wordsOf(error));
      field.current?.focus();
    }
  };
  return (
    <form class="jcw-dash-form" data-jcw="dash-name-form" onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && cancel()}>
      <label>
        {label}
        <input ref={field} class="jcw-line-input" data-jcw="dash-name" required maxLength={64} spellcheck={false} autocomplete="off" defaultValue={initial} />
      </label>
      {problem && (
        <p class="jcw-problem" role="alert">
          {problem}
        </p>
      )}
      <span class="jcw-dash-buttons">
        <button type="submit" class="jcw-button jcw-primary" data-jcw="dash-name-save">
          {act}
        </button>
        <button type="button" class="jcw-button" onClick={cancel}>
          {strings.cancel}
        </button>
      </span>
    </form>
  );
}
