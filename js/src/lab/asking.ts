import type { Cell } from "@jupyterlab/cells";
import type { ICell } from "@jupyterlab/nbformat";
import type { INotebookTracker } from "@jupyterlab/notebook";
import type { Attachment } from "../protocol/frames.gen";
import { errorOf, explaining, quoted } from "./quote";
import type { Sidebar } from "./sidebar";
import type { LabTexts } from "./texts";

/**
 * Puts a cell before Claude. Nothing is sent: what a cell holds goes to the model only when the person, who sees it in the
 * draft and may add to it or take it out, sends it.
 */
export class Asking {
  readonly #sidebar: Sidebar;
  readonly #tracker: INotebookTracker;
  readonly #texts: LabTexts;

  constructor(sidebar: Sidebar, tracker: INotebookTracker, texts: LabTexts) {
    this.#sidebar = sidebar;
    this.#tracker = tracker;
    this.#texts = texts;
  }

  /** The active cell of the notebook in front; the one that a context menu was opened on is. */
  get cell(): Cell | null {
    return this.#tracker.activeCell;
  }

  get hasError(): boolean {
    return this.cell?.model.type === "code" && errorOf(jsonOf(this.cell)) !== null;
  }

  async aboutCell(): Promise<void> {
    if (this.cell !== null) {
      await this.#prepare("", [quoted(jsonOf(this.cell), this.#index, this.#texts)]);
    }
  }

  async aboutError(): Promise<void> {
    const found = this.cell && explaining(jsonOf(this.cell), this.#index, this.#texts);
    if (found) {
      await this.#prepare(found.text, found.attachments);
    }
  }

  get #index(): number {
    return this.#tracker.currentWidget?.content.activeCellIndex ?? 0;
  }

  async #prepare(text: string, attachments: readonly Attachment[]): Promise<void> {
    this.#sidebar.front.catchUp();
    const seat = await (await this.#sidebar.open()).seat();
    const draft = await seat.draft();
    const there = new Set(draft.store.state.attachments.map(keyOf));
    draft.putBefore(draft.store.state.text.includes(text) ? "" : text, attachments.filter((attachment) => !there.has(keyOf(attachment))));
    seat.focus();
  }
}

function jsonOf(cell: Cell): ICell {
  return cell.model.toJSON();
}

function keyOf(attachment: Attachment): string {
  return JSON.stringify(attachment);
}
