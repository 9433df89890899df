import type { Cell, ICodeCellModel } from "@jupyterlab/cells";
import { NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import { Signal } from "@lumino/signaling";
import { mentionStrings } from "../../view/strings/mentions";
import type { Sidebar } from "../sidebar";
import type { LabTexts } from "../texts";
import { failure } from "./failure";

const MOST = 200; // characters of an error's message

/** Asks the conversation of a notebook to repair a cell that failed, and remembers how the notebook was then. */
export class Fixing {
  /** A cell whose repair was asked for. */
  readonly changed = new Signal<this, Cell>(this);
  readonly #sidebar: Sidebar;
  readonly #texts: LabTexts;
  readonly #refused: (error: Error) => void;
  readonly #asked = new WeakMap<Cell["model"], ReadonlyMap<string, string>>(); // the sources of all cells at that time

  /** @param refused is told why it could not be asked */
  constructor(sidebar: Sidebar, texts: LabTexts, refused: (error: Error) => void) {
    this.#sidebar = sidebar;
    this.#texts = texts;
    this.#refused = refused;
  }

  /** Send it: the traceback, the cell and its variables go along as they are then. The conversation is begun where there is none. */
  async ask(panel: NotebookPanel, cell: Cell): Promise<void> {
    const error = failure(cell);
    if (error === null) {
      return;
    }
    this.#asked.set(cell.model, sourcesOf(panel));
    this.changed.emit(cell);
    this.#sidebar.front.catchUp(panel);
    const message = error.evalue.split("\n", 1)[0]?.slice(0, MOST);
    const text = this.#texts.fixPrompt(message ? `${error.ename}: ${message}` : error.ename);
    try {
      const seat = await (await this.#sidebar.open()).seat();
      await seat.ask(text, [{ kind: "error", cell: cell.model.id, label: mentionStrings.error(error.ename, nameOf(panel, cell)) }]);
    } catch (problem) {
      this.over(cell);
      this.changed.emit(cell);
      this.#refused(problem as Error);
    }
  }

  wasAsked(cell: Cell): boolean {
    return this.#asked.has(cell.model);
  }

  /** It ran: what is asked next begins anew. */
  over(cell: Cell): void {
    this.#asked.delete(cell.model);
  }

  /** The code cells up to this one that are otherwise than when its repair was asked for, or are new; and itself. */
  toRun(panel: NotebookPanel, cell: Cell): Cell[] {
    const before = this.#asked.get(cell.model);
    const { widgets } = panel.content;
    const changed = ({ model }: Cell) => model.type === "code" && before?.get(model.id) !== model.sharedModel.getSource();
    const above = before ? widgets.slice(0, widgets.indexOf(cell)).filter(changed) : [];
    return [...above, cell];
  }

  /** Whether anything changed since the repair was asked for. */
  changedSince(panel: NotebookPanel, cell: Cell): boolean {
    const before = this.#asked.get(cell.model);
    return before !== undefined && (this.toRun(panel, cell).length > 1 || before.get(cell.model.id) !== cell.model.sharedModel.getSource());
  }

  /** As the person would: the cells that changed, and this one. */
  async runAgain(panel: NotebookPanel, cell: Cell): Promise<void> {
    await NotebookActions.runCells(panel.content, this.toRun(panel, cell), panel.sessionContext);
  }
}

/** What a cell is called in mentions. */
export function nameOf({ content }: NotebookPanel, cell: Cell): string {
  const count = cell.model.type === "code" ? (cell.model as ICodeCellModel).executionCount : null;
  return count ? mentionStrings.run(count) : mentionStrings.cell(content.widgets.indexOf(cell) + 1);
}

function sourcesOf({ content }: NotebookPanel): ReadonlyMap<string, string> {
  return new Map(content.widgets.map(({ model }) => [model.id, model.sharedModel.getSource()]));
}
