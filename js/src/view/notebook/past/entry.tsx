import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../icons";
import { past as strings } from "../../strings/past";
import { Visible } from "../../visible";
import type { Entry, Outcome, Past } from "./api";
import { Comparison } from "./comparison";
import { LeftCells } from "./outcome";

const WORTH_SAYING = 100_000; // bytes

interface EntryProps {
  entry: Entry;
  past: Past;
  open: boolean;
  toggle(): void;
  done(): void;
}

/** One state that is kept: what came after it, how it differs from now, and the way back to it. */
export function EntryRow({ entry, past, open, toggle, done }: EntryProps): JSX.Element {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const tried = async (work: Promise<Outcome>) => {
    setBusy(true);
    setProblem("");
    setOutcome(null);
    await work.then(setOutcome, (error: Error) => setProblem(strings.failed(error.message)));
    setBusy(false);
    done();
  };
  return (
    <li class="jcw-entry" data-jcw="entry" data-kind={entry.kind} data-turn={entry.turn} data-snapshot={entry.snapshot}>
      <button type="button" class="jcw-entry-head" data-jcw="compare" aria-expanded={open} title={strings.compare} onClick={toggle}>
        <Icon name={open ? "down" : "chevron"} />
        <span class="jcw-entry-words">
          <Visible text={titleOf(entry)} />
          <span class="jcw-dim">{figuresOf(entry)}</span>
        </span>
      </button>
      <button
        type="button"
        class="jcw-button"
        data-jcw="restore"
        title={strings.restoreTitle}
        aria-disabled={busy}
        onClick={() => void (busy || tried(past.restore(entry.snapshot)))}
      >
        {strings.restore}
      </button>
      {outcome && (
        <div class="jcw-entry-below" role="status" data-jcw="restored">
          {outcome.undone ? strings.undone : strings.restored(outcome.restored.length)}{" "}
          {!outcome.undone && outcome.restored.length > 0 && (
            <button type="button" class="jcw-link" data-jcw="undo-restore" aria-disabled={busy} onClick={() => void (busy || tried(past.undo(outcome.turn, false)))}>
              {strings.undo}
            </button>
          )}
          <LeftCells outcome={outcome} />
        </div>
      )}
      {problem && (
        <span class="jcw-entry-below jcw-problem" role="alert">
          {problem}
        </span>
      )}
      {open && <Comparison key={outcome?.turn ?? ""} past={past} snapshot={entry.snapshot} />}
    </li>
  );
}

function titleOf({ kind, prompt }: Entry): string {
  return kind === "restore" ? strings.beforeRestoring : kind === "end" ? strings.after(prompt) : strings.before(prompt);
}

function figuresOf({ at, cells, changed, undone, bytes }: Entry): string {
  const then = changed === 0 ? "" : undone ? strings.undoneThen(changed) : strings.changedThen(changed);
  return [whenOf(new Date(at)), strings.holds(cells), then, bytes < WORTH_SAYING ? "" : strings.size(bytes)].filter(Boolean).join(" · ");
}

function whenOf(at: Date): string {
  const today = at.toDateString() === new Date().toDateString();
  return at.toLocaleString([], today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
