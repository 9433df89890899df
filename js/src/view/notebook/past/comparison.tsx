import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useSelect } from "../../hooks";
import { past as strings } from "../../strings/past";
import { Diff } from "../../tool/diff";
import { Visible } from "../../visible";
import type { Compared, ComparedCell, Past } from "./api";

/** How the notebook was then, against how it is now: only what differs, in the notebook's order. */
export function Comparison({ past, snapshot }: { past: Past; snapshot: number }): JSX.Element {
  const changes = useSelect((state) => state.changes);
  const [found, setFound] = useState<Compared | null>(null);
  const [problem, setProblem] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: that something changed is the reason to ask again
  useEffect(() => {
    const control = new AbortController();
    past.compared(snapshot, control.signal).then(setFound, (error: Error) => control.signal.aborted || setProblem(strings.failed(error.message)));
    return () => control.abort();
  }, [past, snapshot, changes]);
  if (found === null) {
    return <p class={`jcw-entry-below ${problem ? "jcw-problem" : "jcw-dim"}`}>{problem || strings.loading}</p>;
  }
  const differing = found.cells.filter(({ difference }) => difference !== "same");
  const same = found.cells.length - differing.length;
  return (
    <div class="jcw-entry-below jcw-comparison" data-jcw="comparison">
      {found.damaged.length > 0 && <p class="jcw-problem">{strings.damaged(found.damaged.length)}</p>}
      {differing.some(({ difference }) => difference === "changed") && <p class="jcw-dim">{strings.thenAndNow}</p>}
      {differing.map((cell) => (
        <CellThen key={cell.cell} cell={cell} snapshot={snapshot} />
      ))}
      <p class="jcw-dim">{differing.length === 0 && found.damaged.length === 0 ? strings.asNow : same > 0 && strings.same(same)}</p>
    </div>
  );
}

function CellThen({ cell, snapshot }: { cell: ComparedCell; snapshot: number }): JSX.Element {
  const texts = cell.difference === "changed" || cell.difference === "removed" || cell.difference === "added";
  return (
    <section class="jcw-then" data-jcw="cell-then" data-cell={cell.cell} data-difference={cell.difference}>
      <div class="jcw-dim">
        {strings.cellThen(cell.place, cell.cell_type)}, {strings.difference[cell.difference]}
      </div>
      {texts ? (
        <Diff changes={[{ before: cell.then ?? "", after: cell.now ?? "" }]} fold={`past:${snapshot}:${cell.cell}`} />
      ) : (
        <code>
          <Visible text={cell.then ?? ""} />
        </code>
      )}
    </section>
  );
}
