import type { ICell, INotebookContent, IOutput } from "@jupyterlab/nbformat";
import type { INotebookModel, NotebookPanel } from "@jupyterlab/notebook";
import { JSONExt, type ReadonlyPartialJSONValue, UUID } from "@lumino/coreutils";
import { textOf } from "./check";
import { Editing } from "./editing";
import { PlaceKeeper } from "./place-keeper";
import { modelOf } from "./read";
import type { Saving } from "./saving";

type Sources = ReadonlyMap<string, string>;
type FileCell = ICell & { id: string };

/**
 * Take over what is in the file, unless the document has changes that are not saved. Only what differs is changed, and what
 * somebody types while the file is being read stays.
 */
export async function reload(panel: NotebookPanel, saving: Saving): Promise<{ reloaded: boolean; modified: string }> {
  const { context } = panel;
  const model = modelOf(panel);
  const modified = () => context.contentsModel?.last_modified ?? "";
  const watch = saving.watch(context);
  if (model.collaborative || watch.unsaved) {
    return { reloaded: false, modified: modified() };
  }
  await saving.look(context); // a file that cannot be read would make Lab tell the person so
  const before = sourcesOf(model);
  const dirty = model.dirty;
  let typed = false;
  const merge = (file: ReadonlyPartialJSONValue) => {
    typed = watch.unsaved;
    const { cells, metadata } = file as unknown as INotebookContent;
    takeOver(panel, model, cells, before);
    if (!dirty && !same(model.sharedModel.getMetadata(), metadata)) {
      model.sharedModel.setMetadata(metadata);
    }
  };
  model.fromJSON = merge; // Lab's own makes every cell anew
  try {
    await context.revert();
  } finally {
    if (model.fromJSON === merge) {
      delete (model as Partial<INotebookModel>).fromJSON; // of this object; its class has it
    }
  }
  watch.read(typed);
  model.dirty = typed || dirty;
  return { reloaded: true, modified: modified() };
}

function sourcesOf({ sharedModel }: INotebookModel): Map<string, string> {
  return new Map(sharedModel.cells.map((cell) => [cell.getId(), cell.getSource()]));
}

/** @param before the sources when the file began to be read: a cell that has another now is the person's */
function takeOver({ content }: NotebookPanel, model: INotebookModel, file: readonly ICell[], before: Sources): void {
  const shared = model.sharedModel;
  const place = new PlaceKeeper(content);
  const own = new Set([...sourcesOf(model)].flatMap(([id, source]) => (before.get(id) === source ? [] : [id])));
  const editing = new Editing(content, shared, new Set(place.writingIn === null ? [] : [place.writingIn]));
  const cells = file.map((cell) => ({ ...cell, id: String(cell["id"] ?? UUID.uuid4()) }));
  const theirs = cells.filter(({ id }) => !own.has(id));
  const sources = new Map(theirs.map(({ id, source }) => [id, textOf(source)]));
  editing.perform(differs(editing, before, cells) ? () => arrange(editing, before, cells, own) : null, sources);
  for (const cell of theirs) {
    showOutputs(editing, cell);
  }
  place.restore();
}

/** Whether other cells are in the file, or in another order. */
function differs(editing: Editing, before: Sources, cells: readonly FileCell[]): boolean {
  return !same([...before.keys()], cells.map(({ id }) => id)) || cells.some((cell) => editing.cell(cell.id)?.cell_type !== cell.cell_type);
}

function arrange(editing: Editing, before: Sources, cells: readonly FileCell[], own: ReadonlySet<string>): void {
  const kept = new Set(cells.map(({ id }) => id));
  for (const id of before.keys()) {
    if (!kept.has(id) && !own.has(id) && editing.cell(id)) {
      editing.remove(id);
    }
  }
  let last: string | null = null;
  for (const cell of cells) {
    if (editing.cell(cell.id)) {
      settle(editing, cell, last, !own.has(cell.id));
      last = cell.id;
    } else if (!before.has(cell.id)) {
      editing.insert(cell.id, last, cell as FileCell & { cell_type: string });
      last = cell.id;
    } // else the person has just deleted it
  }
}

function settle(editing: Editing, cell: FileCell, after: string | null, mayTurn: boolean): void {
  editing.place(cell.id, after);
  if (mayTurn && editing.cell(cell.id)?.cell_type !== cell.cell_type) {
    editing.turn(cell.id, cell.cell_type);
  }
}

function showOutputs(editing: Editing, cell: FileCell): void {
  const mine = editing.cell(cell.id)?.toJSON() as ICell | undefined;
  if (mine?.cell_type === "code" && cell.cell_type === "code") {
    const outputs = (cell["outputs"] ?? []) as IOutput[];
    const count = (cell["execution_count"] ?? null) as number | null;
    if (!same(mine["outputs"], outputs) || mine["execution_count"] !== count) {
      editing.output(cell.id, outputs, count);
    }
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSONExt.deepEqual(one as ReadonlyPartialJSONValue, other as ReadonlyPartialJSONValue);
}
