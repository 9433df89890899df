import type { JSX } from "preact";
import type { CellChange, ChangeVerdict } from "../../protocol/frames.gen";
import type { ToolItem } from "../../state/conversation";
import { type Reading, ReadingContext } from "../reading";
import { cellStrings } from "../strings/cells";
import { duration } from "../time";
import { Diff } from "../tool/diff";
import { ToolOutput } from "../tool/output";
import { Visible } from "../visible";
import { drawInto, type Host } from "./host";
import { type RanCell, ranIn, reviewedIn } from "./facts";

const TOLD_MS = 100; // shorter runs need no figure

/** What is inside the card of a tool of the notebook; returns how to take it away again. */
export function mountCard(element: HTMLElement, host: Host, reading: Reading, item: ToolItem): () => void {
  return drawInto(
    element,
    host,
    <ReadingContext.Provider value={reading}>
      <Card item={item} />
    </ReadingContext.Provider>,
  );
}

function Card({ item }: { item: ToolItem }): JSX.Element {
  const reviewed = reviewedIn(item);
  const run = ranIn(item);
  const finished = item.outcome !== "writing" && item.outcome !== "running";
  return (
    <>
      {reviewed.map(({ change, verdict }, index) => (
        <Changed key={`${index}:${change.cell}`} change={change} verdict={verdict} landed={item.outcome === "done"} fold={`${item.tool}:${index}`} />
      ))}
      {run !== null && (
        <ul class="jcw-ran" data-jcw="ran">
          {run.cells.map((cell) => (
            <Ran key={cell.cell ?? ""} cell={cell} />
          ))}
        </ul>
      )}
      {run !== null && run.kernel in cellStrings.kernel && <p class="jcw-dim">{cellStrings.kernel[run.kernel]}</p>}
      {run !== null && !run.over && <p class="jcw-dim">{cellStrings.goesOn}</p>}
      {finished && item.content.length > 0 && (reviewed.length === 0 || item.outcome === "failed") && (
        <div data-output="true">
          <ToolOutput tool={item.tool} content={item.content} omitted={item.omitted} />
        </div>
      )}
    </>
  );
}

interface ChangedProps {
  change: CellChange;
  /** What was decided about it; null where that is not known (yet). */
  verdict: ChangeVerdict | null;
  landed: boolean;
  fold: string;
}

/** One change of one cell, and what became of it. */
function Changed({ change, verdict, landed, fold }: ChangedProps): JSX.Element {
  const edited = verdict?.accept === true && typeof verdict.source === "string" && verdict.source !== change.source;
  const after = edited ? (verdict.source as string) : change.source;
  const outcome = verdict === null ? (landed ? "landed" : "proposed") : verdict.accept ? (edited ? "edited" : "landed") : "rejected";
  const type = cellStrings.types[change.cell_type];
  return (
    <section class="jcw-cell-change" data-jcw="cell-change" data-action={change.action} data-outcome={outcome}>
      <header class="jcw-cell-head">
        <span>
          {cellStrings.actions[change.action]}
          {type && ` · ${type}`}
        </span>
        <code class="jcw-dim">
          <Visible text={change.cell} />
        </code>
        <span class="jcw-cell-outcome">{cellStrings[outcome]}</span>
      </header>
      {verdict?.message && (
        <blockquote class="jcw-cell-words">
          <Visible text={verdict.message} />
        </blockquote>
      )}
      {change.action !== "move" && (change.before || after ? <Diff changes={[{ before: change.before, after }]} fold={fold} /> : <p class="jcw-dim">{cellStrings.emptyCell}</p>)}
    </section>
  );
}

function Ran({ cell }: { cell: RanCell }): JSX.Element {
  return (
    <li class="jcw-ran-cell" data-jcw="ran-cell" data-state={cell.state}>
      {cell.cell === null ? (
        <span>{cellStrings.scratch}</span>
      ) : (
        <code>
          <Visible text={cell.cell} />
        </code>
      )}
      <span>{cellStrings.states[cell.state] ?? cell.state}</span>
      {cell.duration_ms !== null && cell.duration_ms >= TOLD_MS && <span class="jcw-dim">{duration(cell.duration_ms)}</span>}
      {cell.prompt && (
        <span class="jcw-dim">
          <Visible text={cell.prompt} />
        </span>
      )}
    </li>
  );
}
