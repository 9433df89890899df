import type { ICell, IOutput } from "@jupyterlab/nbformat";
import type { ISharedCell, ISharedCodeCell, ISharedNotebook, SharedCell } from "@jupyter/ydoc";
import type { Notebook } from "@jupyterlab/notebook";
import { textOf } from "./check";
import { keepingPlace } from "./place-keeper";
import { splices } from "./splices";
import { UndoStep } from "./undo-step";

interface Entry {
  id: string;
  cell: ISharedCell;
}

type Whole = Partial<ICell> & { cell_type: string };

/**
 * Changes of a document's cells, as one step of undo. What is done to the list of cells is one transaction; the shared
 * model learns of the new order only at its end, so that is kept here meanwhile.
 */
export class Editing {
  readonly #shared: ISharedNotebook;
  readonly #order: Entry[];
  readonly #stays: ReadonlySet<string>;
  readonly #made = new Set<string>();
  readonly #notebook: Notebook;

  /** @param stays cells that are not to be made anew: the person writes in them, or they run */
  constructor(notebook: Notebook, shared: ISharedNotebook, stays: ReadonlySet<string>) {
    this.#notebook = notebook;
    this.#shared = shared;
    this.#order = shared.cells.map((cell) => ({ id: cell.getId(), cell }));
    this.#stays = stays;
  }

  /**
   * @param structure what is done to the list of cells: `insert`, `remove`, `move`, `place`, `turn`
   * @param sources new sources, by id; those of cells that are not there are left out
   */
  perform(structure: (() => void) | null, sources: ReadonlyMap<string, string>): void {
    const step = new UndoStep((change) => keepingPlace(this.#notebook, change));
    if (structure !== null) {
      step.add(this.#shared, () => {
        structure();
        this.#rewrite(sources, (id) => this.#made.has(id), (_, change) => change());
      });
    }
    this.#rewrite(sources, (id) => !this.#made.has(id), (cell, change) => step.add(cell, change));
    step.end();
  }

  cell(id: string): ISharedCell | undefined {
    return this.#order[this.#at(id)]?.cell;
  }

  /** @param after the cell that it is to follow; null: it becomes the first */
  insert(id: string, after: string | null, cell: Whole): void {
    this.#put(id, this.#behind(after), cell);
  }

  remove(id: string): void {
    this.#take(id);
  }

  /** Make it a cell of another type, with what such a cell can have. */
  turn(id: string, type: string): void {
    const whole = this.cell(id)?.toJSON();
    if (whole !== undefined) {
      const { metadata, source, attachments } = whole as Whole;
      const attached = type !== "code" && attachments !== undefined && { attachments };
      this.become(id, { cell_type: type, metadata: metadata ?? {}, source: source ?? "", ...attached });
    }
  }

  /** Make it this cell, in its place. */
  become(id: string, whole: Whole): void {
    this.#put(id, this.#take(id), whole);
  }

  /** A cell that stays is moved by moving the others around it. */
  move(id: string, after: string | null): void {
    const from = this.#at(id);
    const behind = this.#behind(after);
    const to = behind > from ? behind - 1 : behind;
    if (!this.#stays.has(id)) {
      this.#shift(from, to);
      return;
    }
    for (let at = from; at < to; at += 1) {
      this.#shift(at + 1, at);
    }
    for (let at = from; at > to; at -= 1) {
      this.#shift(at - 1, at);
    }
  }

  /** Move it behind `after`, where it is not there already. */
  place(id: string, after: string | null): void {
    if (this.#at(id) !== this.#behind(after)) {
      this.move(id, after);
    }
  }

  /**
   * As what a kernel sends: no step of undo.
   *
   * What was there goes first, in a change of its own. Lab hears of both in one as "add these, take those away", would
   * write a stream to the end of the one that is to go, and show nothing. For the same reason streams of one name that
   * follow each other become one: Lab would write the second to the end of the first and keep it, too.
   */
  output(id: string, outputs: readonly IOutput[], count: number | null): void {
    const cell = this.cell(id) as ISharedCodeCell;
    cell.transact(() => cell.setOutputs([]), false);
    cell.transact(() => {
      cell.setOutputs(merged(outputs));
      cell.execution_count = count;
    }, false);
  }

  #rewrite(sources: ReadonlyMap<string, string>, which: (id: string) => boolean, how: (cell: ISharedCell, change: () => void) => void): void {
    for (const [id, source] of sources) {
      const cell = this.cell(id);
      if (cell !== undefined && which(id) && cell.getSource() !== source) {
        how(cell, () => {
          for (const { start, end, text } of splices(cell.getSource(), source, this.#cursorIn(id))) {
            cell.updateSource(start, end, text);
          }
        });
      }
    }
  }

  /** Where the person's cursor is in this cell's source; null where it is in another. */
  #cursorIn(id: string): number | null {
    const { activeCell } = this.#notebook;
    const editor = activeCell?.model.sharedModel.getId() === id ? activeCell.editor : null;
    return editor ? editor.getOffsetAt(editor.getCursorPosition()) : null;
  }

  #at(id: string): number {
    return this.#order.findIndex((entry) => entry.id === id);
  }

  #behind(after: string | null): number {
    return after === null ? 0 : this.#at(after) + 1;
  }

  #shift(from: number, to: number): void {
    const entry = this.#order[from];
    if (from !== to && entry !== undefined) {
      const whole = entry.cell.toJSON() as Whole;
      this.#take(entry.id);
      this.#put(entry.id, to, whole);
    }
  }

  #take(id: string): number {
    const at = this.#at(id);
    this.#shared.deleteCell(at);
    this.#order.splice(at, 1);
    return at;
  }

  #put(id: string, at: number, { source, outputs, ...whole }: Whole): void {
    const code = whole.cell_type === "code" && { outputs: ((outputs ?? []) as IOutput[]).map(joined) };
    const cell = { ...whole, ...code, id, source: textOf(source) } as unknown as SharedCell.Cell;
    this.#order.splice(at, 0, { id, cell: this.#shared.insertCell(at, cell) });
    this.#made.add(id);
  }
}

/** The shared model would join the lines of a stream with commas. */
function joined(output: IOutput): IOutput {
  return output.output_type === "stream" && Array.isArray(output["text"]) ? { ...output, text: textOf(output["text"]) } : output;
}

/** Streams of one name that follow each other are one, as Lab has them after a run. */
function merged(outputs: readonly IOutput[]): IOutput[] {
  const made: IOutput[] = [];
  for (const output of outputs.map(joined)) {
    const before = made.at(-1);
    if (before?.output_type === "stream" && output.output_type === "stream" && before["name"] === output["name"]) {
      made[made.length - 1] = { ...before, text: `${textOf(before["text"])}${textOf(output["text"])}` };
    } else {
      made.push(output);
    }
  }
  return made;
}
