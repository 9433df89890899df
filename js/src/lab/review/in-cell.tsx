import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunAsk } from "../../protocol/frames.gen";
import { useArmed, useSelect, useStore } from "../../view/hooks";
import { Icon } from "../../view/icons";
import { headline, OneChange } from "../../view/notebook/review/change";
import { useReviewTexts } from "../../view/notebook/review/texts";
import { Words } from "../../view/question/words";
import { duration } from "../../view/time";
import type { Place } from "./places";
import type { Verdict } from "./verdict";

interface InCellProps {
  place: Place;
  verdict: Verdict;
  step(by: number): void;
}

/** One part of a question, in or beside the cell that it is about. */
export function InCell({ place, verdict, step }: InCellProps): JSX.Element {
  const strings = useReviewTexts();
  const { question, deciding } = verdict;
  const decided = useStore(deciding.store, (state) => state);
  const armed = useArmed(`${question.question} ${place.id}`);
  const outgoing = useOutgoing(verdict);
  const sent = outgoing !== null && outgoing.problem === null;
  const run = question.ask.kind === "run" ? question.ask : null;
  const label = run ? strings.wantsToRun(place.index + 1, run.cells.length) : headline(strings, deciding.changes, place.index, decided, true);
  return (
    <section
      class="jcw-panel jcw-review"
      data-jcw="mark"
      data-action={place.action}
      data-lm-suppress-shortcuts="true"
      tabIndex={-1}
      aria-label={strings.title(label)}
      onKeyDown={(event) => stepped(event, step)}
    >
      {run ? (
        <RunMark ask={run} place={place} verdict={verdict} sent={sent} armed={armed} label={label} />
      ) : (
        <OneChange
          deciding={deciding}
          index={place.index}
          sent={sent}
          armed={armed}
          decided={() => verdict.decided()}
          warning={place.outdated ? (place.action === "insert" ? strings.placeGone : strings.outdated) : ""}
          inCell
        />
      )}
      {outgoing?.problem && (
        <p class="jcw-error-line" role="alert">
          {outgoing.problem.text} {outgoing.problem.remedy}
        </p>
      )}
    </section>
  );
}

/** The answer that is on its way, or was refused. */
export function useOutgoing({ question }: Verdict) {
  return useSelect((state) => state.outgoing.find(({ frame }) => frame.type === "answer" && frame.question === question.question) ?? null);
}

/** Lab's own shortcuts are off in here: these two are not. */
function stepped(event: KeyboardEvent, step: (by: number) => void): void {
  if (event.altKey && event.shiftKey && (event.code === "KeyJ" || event.code === "KeyU")) {
    event.preventDefault();
    event.stopPropagation();
    step(event.code === "KeyJ" ? 1 : -1);
  }
}

interface RunProps {
  ask: RunAsk;
  place: Place;
  verdict: Verdict;
  sent: boolean;
  armed(): boolean;
  label: string;
}

function RunMark({ ask, place, verdict, sent, armed, label }: RunProps): JSX.Element {
  const strings = useReviewTexts();
  const [words, setWords] = useState("");
  const last = ask.cells[place.index]?.last_ms;
  const deny = () => armed() && verdict.send({ decision: "deny", message: words.trim() });
  return (
    <div class="jcw-change" data-jcw="run-mark" data-cell={ask.cells[place.index]?.cell}>
      <header class="jcw-change-head">
        <Icon name="terminal" />
        <span class="jcw-change-what">
          {label}
          {typeof last === "number" && <span class="jcw-dim"> · {strings.lastTook(duration(last))}</span>}
        </span>
      </header>
      {place.outdated && (
        <p class="jcw-warning" data-jcw="outdated" role="status">
          {strings.outdatedRun}
        </p>
      )}
      <div class="jcw-change-deeds">
        <button type="button" class="jcw-button jcw-primary jcw-small" data-jcw="run-here" disabled={sent} onClick={() => armed() && verdict.send({ decision: "allow" })}>
          {strings.run(ask.cells.length)}
        </button>
        <button type="button" class="jcw-button jcw-small" data-jcw="dont-run" disabled={sent} onClick={deny}>
          {strings.dontRun}
        </button>
        <div class="jcw-run-words">
          <Words label={strings.why} value={words} change={setWords} disabled={sent} submit={deny} />
        </div>
      </div>
    </div>
  );
}
