import type { JSX } from "preact";
import type { ToolItem } from "../../state/conversation";
import { type Reading, ReadingContext } from "../reading";
import { cellStrings } from "../strings/cells";
import { duration } from "../time";
import { Diff } from "../tool/diff";
import { ToolOutput } from "../tool/output";
import { Visible } from "../visible";
import { drawInto, type Host } from "./host";
import { CellName } from "./cell-name";
import { type RanCell, ranIn, type Reviewed, reviewedIn } from "./facts";

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
      {reviewed.map((each, index) => (
        <Changed key={`${index}:${each.change.cell}`} {...each} outcome={item.outcome} fold={`${item.tool}:${index}`} />
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

interface ChangedProps extends Reviewed {
  outcome: ToolItem["outcome"];
  fold: string;
}

/** One change of one cell, and what became of it. */
function Changed({ change, verdict, late, outcome: call, fold }: ChangedProps): JSX.Element {
  const edited = verdict?.accept === true && typeof verdict.source === "string" && verdict.source !== change.source;
  const after = edited ? (verdict.source as string) : change.source;
  const outcome = outcomeOf({ change, verdict, late }, call, edited);
  const type = cellStrings.types[change.cell_type];
  return (
    <section class="jcw-cell-change" data-jcw="cell-change" data-action={change.action} data-outcome={outcome}>
      <header class="jcw-cell-head">
        <span>
          {cellStrings.actions[change.action]}
          {type && ` · ${type}`}
        </span>
        <CellName cell={change.cell} there={isThere(change.action, outcome)} />
        <span class="jcw-cell-outcome">{cellStrings[outcome]}</span>
      </header>
      {late && (
        <p class="jcw-warning" data-jcw="late">
          {cellStrings.late[late]}
        </p>
      )}
      {verdict?.message && (
        <blockquote class="jcw-cell-words">
          <Visible text={verdict.message} />
        </blockquote>
      )}
      {change.action !== "move" && (change.before || after ? <Diff changes={[{ before: change.before, after }]} fold={fold} /> : <p class="jcw-dim">{cellStrings.emptyCell}</p>)}
    </section>
  );
}

/** Whether the notebook has the cell once that was decided. */
function isThere(action: Reviewed["change"]["action"], outcome: ReturnType<typeof outcomeOf>): boolean {
  const done = outcome === "landed" || outcome === "edited";
  return action === "insert" ? done : action !== "delete" || !done;
}

function outcomeOf({ verdict, late }: Reviewed, call: ToolItem["outcome"], edited: boolean) {
  if (verdict === null) {
    return call === "done" ? "landed" : "proposed";
  }
  if (!verdict.accept) {
    return "rejected";
  }
  return late || call === "failed" ? "undone" : edited ? "edited" : "landed";
}

function Ran({ cell }: { cell: RanCell }): JSX.Element {
  return (
    <li class="jcw-ran-cell" data-jcw="ran-cell" data-state={cell.state}>
      {cell.cell === null ? (
        <span>{cellStrings.scratch}</span>
      ) : (
        <CellName cell={cell.cell} />
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
