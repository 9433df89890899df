import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useRest, useSelect, useUniqueId } from "../hooks";
import { Icon, Spinner } from "../icons";
import { agents as strings } from "../strings/agents";
import { useSwitcher } from "../conversations/switcher";
import { fieldsOf, missingIn, NAME } from "./draft";
import type { DraftFile } from "./file";
import { type Problem, problemIn } from "./refusal";
import { runHere } from "./run-here";

interface FootProps {
  file: DraftFile;
  tryIt: () => void;
}

/** How the draft and its file stand, and what can be done with them. */
export function Foot({ file, tryIt }: FootProps): JSX.Element {
  const status = useUniqueId();
  const fields = useSelect((state) => fieldsOf(state.drafting).name ?? "");
  const missing = useSelect((state) => missingIn(fieldsOf(state.drafting)).join(" "));
  const obstacle = missing
    ? strings.stillNeeded(missing.split(" ").map((field) => strings.needed[field as keyof typeof strings.needed]).join(", "))
    : NAME.test(fields)
      ? ""
      : strings.nameWrong;
  const done = file.saved !== null && !file.changed;
  const press = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    if (obstacle) {
      toField(currentTarget, missing.split(" ")[0] || "name");
    } else if (!file.busy) {
      void file.save();
    }
  };
  return (
    <div class="jcw-bench-foot">
      {file.problem && <Trouble problem={file.problem} />}
      <div class="jcw-bench-status" id={status} role="status" data-jcw="draft-status" data-done={done}>
        <Status file={file} obstacle={obstacle} />
      </div>
      <div class="jcw-acts">
        <button
          type="button"
          class={`jcw-button ${done ? "" : "jcw-primary"}`}
          data-jcw="draft-save"
          aria-disabled={obstacle !== "" || file.busy || done}
          aria-describedby={status}
          onClick={(event) => (done ? undefined : press(event))}
        >
          {strings.save}
        </button>
        <button type="button" class="jcw-button" data-jcw="draft-try" onClick={tryIt}>
          {strings.tryStart}
        </button>
        {done && file.saved?.accepted && <UseIt name={file.saved.name} />}
      </div>
    </div>
  );
}

function Status({ file, obstacle }: { file: DraftFile; obstacle: string }): JSX.Element {
  const notebook = useSelect((state) => last(state.notebook));
  if (file.busy) {
    return (
      <>
        <Spinner /> {strings.saving}
      </>
    );
  }
  if (file.saved && !file.changed) {
    return (
      <>
        <Icon name="check" /> {strings.saved(last(file.saved.path), notebook)}
      </>
    );
  }
  const words = file.saved ? strings.unsaved : strings.notSaved;
  return (
    <>
      <span class="jcw-unsaved" aria-hidden="true" data-jcw="draft-unsaved" />
      {words}
      {obstacle && `. ${obstacle}`}
    </>
  );
}

/** From the file to a conversation that runs as the agent. */
function UseIt({ name }: { name: string }): JSX.Element | null {
  const rest = useRest();
  const switcher = useSwitcher();
  const notebook = useSelect((state) => state.notebook);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const use = () => {
    if (rest && !busy) {
      setBusy(true);
      runHere(rest, switcher, notebook, name)
        .then(() => setProblem(null), (error: unknown) => setProblem(problemIn(error)))
        .finally(() => setBusy(false));
    }
  };
  return (
    <>
      <button type="button" class="jcw-button jcw-primary" data-jcw="draft-use" aria-disabled={busy} onClick={use}>
        {busy && <Spinner />}
        {strings.useHere}
      </button>
      {problem && <Trouble problem={problem} />}
    </>
  );
}

/** What went wrong. */
export function Trouble({ problem }: { problem: Problem }): JSX.Element {
  return (
    <div class="jcw-bench-trouble" role="alert" data-jcw="draft-problem">
      <Icon name="alert" />
      <span>
        {problem.text} <span class="jcw-dim">{problem.remedy}</span>
      </span>
    </div>
  );
}

/** Put the focus where something is missing. */
export function toField(from: HTMLElement, field: string): void {
  from.closest(".jcw-bench")?.querySelector<HTMLElement>(`[data-jcw="draft-${field}"]`)?.focus();
}

function last(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
