import type { ISharedNotebook } from "@jupyter/ydoc";
import type { CellEdit } from "../../protocol/frames.gen";
import { Refusal } from "./refusal";

type Cells = Map<string, { source: string; code: boolean }>;

/**
 * Go through the edits in thought.
 *
 * @throws Refusal where one of them could not be done after those before it
 */
export function check(edits: readonly CellEdit[], shared: ISharedNotebook): void {
  const cells: Cells = new Map(shared.cells.map((cell) => [cell.getId(), { source: cell.getSource(), code: cell.cell_type === "code" }]));
  for (const edit of edits) {
    if (edit.action === "insert") {
      checkInsert(edit, cells);
    } else {
      checkOther(edit, cells);
    }
  }
}

function checkInsert({ cell, after, whole, cell_type, source }: CellEdit, cells: Cells): void {
  if (after && !cells.has(after)) {
    throw new Refusal("cell_unknown", after);
  }
  if (cells.has(cell)) {
    throw new Refusal("cell_changed", cell);
  }
  cells.set(cell, { source: whole ? textOf(whole["source"]) : source, code: (whole?.["cell_type"] ?? cell_type ?? "code") === "code" });
}

function checkOther(edit: CellEdit, cells: Cells): void {
  const { action, cell, before, after } = edit;
  const known = cells.get(cell);
  if (known === undefined) {
    throw new Refusal("cell_unknown", cell);
  }
  if (action === "move" && after && (after === cell || !cells.has(after))) {
    throw new Refusal("cell_unknown", after);
  }
  const compared = action === "replace" || action === "delete";
  if ((compared && typeof before === "string" && before !== known.source) || (action === "outputs" && !known.code)) {
    throw new Refusal("cell_changed", cell);
  }
  if (action === "delete") {
    cells.delete(cell);
  } else if (action === "replace") {
    cells.set(cell, replaced(edit, known.code));
  }
}

function replaced({ cell_type, source, whole }: CellEdit, code: boolean): { source: string; code: boolean } {
  const type = whole?.["cell_type"] ?? cell_type;
  return { source: whole ? textOf(whole["source"]) : source, code: type ? type === "code" : code };
}

/** A source or text as nbformat may have it. */
export function textOf(source: unknown): string {
  return Array.isArray(source) ? source.join("") : String(source ?? "");
}
