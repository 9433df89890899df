import type { Cell } from "@jupyterlab/cells";
import type { Question } from "../../protocol/frames.gen";

/** Where in a view of the notebook one part of a question is shown. */
export interface Place {
  /** Among all of the question's. */
  id: string;
  /** Its place in the question. */
  index: number;
  action: "insert" | "replace" | "delete" | "move" | "run";
  /** The cell in or beside which it is shown; null: it is not there. */
  cell: Cell | null;
  /** A cell to come is beside another one; all else is in the cell that it is about. */
  side: "in" | "above" | "below";
  /** Whether the cell is otherwise than what was asked about. */
  outdated: boolean;
}

/** The places of a question about cells, in its order. */
export function placesOf(ask: Question["ask"], cells: readonly Cell[]): Place[] {
  const known = new Map(cells.map((cell) => [cell.model.id, cell]));
  if (ask.kind === "run") {
    return ask.cells.map(({ cell, source }, index) => ({ ...inside(known.get(cell), source), id: `run:${cell}`, index, action: "run" }));
  }
  if (ask.kind !== "cells") {
    return [];
  }
  const coming = new Map<string, Beside>(); // where each new cell comes: others may follow it
  return ask.changes.map(({ action, cell, after, before }, index) => {
    const id = `${action}:${cell}:${index}`;
    if (action !== "insert") {
      return { ...inside(known.get(cell), before), id, index, action };
    }
    const place = coming.get(after ?? "") ?? beside(after ?? null, known, cells);
    coming.set(cell, place);
    return { ...place, id, index, action };
  });
}

type Beside = Pick<Place, "cell" | "side" | "outdated">;

/** Where a new cell is shown: below the one that it follows, or below the last one where that is gone. */
function beside(after: string | null, known: ReadonlyMap<string, Cell>, cells: readonly Cell[]): Beside {
  if (after === null) {
    return { cell: cells[0] ?? null, side: "above", outdated: false };
  }
  const anchor = known.get(after);
  return { cell: anchor ?? cells.at(-1) ?? null, side: "below", outdated: anchor === undefined };
}

function inside(cell: Cell | undefined, source: string): Beside {
  return { cell: cell ?? null, side: "in", outdated: cell === undefined || cell.model.sharedModel.getSource() !== source };
}
