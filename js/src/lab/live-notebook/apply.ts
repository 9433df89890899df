import { CodeCell } from "@jupyterlab/cells";
import type { IOutput } from "@jupyterlab/nbformat";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { CellEdit } from "../../protocol/frames.gen";
import { check, textOf } from "./check";
import { Editing } from "./editing";
import { PlaceKeeper } from "./place-keeper";
import { modelOf } from "./read";
import { Refusal } from "./refusal";

/**
 * Do all of these edits in the open document, as one step of undo, or none of them. The person's place is kept.
 *
 * @returns the sources of the cells that were changed and still are there, by id
 * @throws Refusal where one of them cannot be done; nothing was changed then
 */
export function apply(panel: NotebookPanel, edits: readonly CellEdit[]): Record<string, string> {
  const { context, content } = panel;
  const shared = modelOf(panel).sharedModel;
  if (context.model.readOnly || context.contentsModel?.writable === false) {
    throw new Refusal("read_only");
  }
  check(edits, shared);
  const place = new PlaceKeeper(content);
  const editing = new Editing(content, shared, staying(panel, place));
  const given = outputsOf(edits, editing);
  const structural = edits.filter((edit) => edit.action !== "outputs" && (edit.action !== "replace" || edit.whole || turns(editing, edit)));
  const structure = () => structural.forEach((edit) => void rearrange(editing, edit));
  editing.perform(structural.length > 0 ? structure : null, sourcesOf(edits));
  for (const [cell, { outputs, execution_count }] of given) {
    editing.output(cell, (outputs ?? []) as unknown as IOutput[], execution_count ?? null);
  }
  place.restore();
  const found = new Map(edits.flatMap(({ cell }) => editing.cell(cell) ?? []).map((cell) => [cell.getId(), cell.getSource()]));
  return Object.fromEntries(found);
}

/** The sources to be written in the end, by id: what makes a cell anew has its own. */
function sourcesOf(edits: readonly CellEdit[]): Map<string, string> {
  const sources = new Map<string, string>();
  for (const { action, cell, source, whole } of edits) {
    if (action === "replace" && !whole) {
      sources.set(cell, lines(source));
    } else if (action !== "move" && action !== "outputs") {
      sources.delete(cell);
    }
  }
  return sources;
}

/** What cells are to have given out in the end, by id: what makes a cell anew, or another, has its own. */
function outputsOf(edits: readonly CellEdit[], editing: Editing): Map<string, CellEdit> {
  const found = new Map<string, CellEdit>();
  for (const edit of edits) {
    if (edit.action === "outputs") {
      found.set(edit.cell, edit);
    } else if (edit.action !== "move" && (edit.action !== "replace" || edit.whole || turns(editing, edit))) {
      found.delete(edit.cell);
    }
  }
  return found;
}

function turns(editing: Editing, { cell, cell_type }: CellEdit): boolean {
  return Boolean(cell_type) && editing.cell(cell)?.cell_type !== cell_type;
}

function rearrange(editing: Editing, { action, cell, cell_type, source, after, whole }: CellEdit): void {
  switch (action) {
    case "insert": {
      // As a cell that the person makes: it has no outputs that could be distrusted.
      const metadata = (cell_type ?? "code") === "code" ? { trusted: true } : {};
      const fresh = { cell_type: cell_type ?? "code", metadata, source: lines(source) };
      editing.insert(cell, after ?? null, whole ? { ...fresh, metadata: {}, ...whole, source: textOf(whole["source"]) } : fresh);
      break;
    }
    case "replace":
      if (whole) {
        editing.become(cell, { cell_type: "code", metadata: {}, ...whole, source: textOf(whole["source"]) });
      } else {
        editing.turn(cell, cell_type ?? "code");
      }
      break;
    case "delete":
      editing.remove(cell);
      break;
    case "move":
      editing.move(cell, after ?? null);
  }
}

/** Cells that are not to be made anew, where that can be avoided: Lab would lose the cursor, or the outputs to come. */
function staying({ content }: NotebookPanel, place: PlaceKeeper): ReadonlySet<string> {
  const running = content.widgets.filter((cell) => cell instanceof CodeCell && cell.outputArea.future && !cell.outputArea.future.isDisposed);
  const found = running.map(({ model }) => model.sharedModel.getId());
  return new Set(place.writingIn === null ? found : [...found, place.writingIn]);
}

/** Editors know one kind of line end only; another one would shift every position behind it. */
function lines(source: string): string {
  return source.replace(/\r\n?/g, "\n");
}
