import type { Cell, CodeCell } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { PanelLayout } from "@lumino/widgets";
import type { Store } from "../../state/store";
import type { Settings } from "../settings";
import type { LabTexts } from "../texts";
import { FixBar } from "./bar";
import { failure } from "./failure";
import type { Fixing } from "./fixing";

/** Keeps a bar below each cell of one notebook that failed, whichever cells come, go and move. */
export class FixButtons {
  readonly #panel: NotebookPanel;
  readonly #fixing: Fixing;
  readonly #settings: Store<Settings>;
  readonly #texts: LabTexts;
  readonly #bars = new Map<Cell, FixBar>();
  readonly #watched = new WeakSet<Cell>();
  #frame = 0;

  constructor(panel: NotebookPanel, fixing: Fixing, settings: Store<Settings>, texts: LabTexts) {
    this.#panel = panel;
    this.#fixing = fixing;
    this.#settings = settings;
    this.#texts = texts;
    const stop = settings.subscribe(() => this.#soon());
    const asked = () => this.#soon();
    fixing.changed.connect(asked);
    panel.content.modelContentChanged.connect(() => this.#soon());
    panel.content.modelChanged.connect(() => this.#soon());
    panel.disposed.connect(() => {
      cancelAnimationFrame(this.#frame);
      fixing.changed.disconnect(asked);
      stop();
    });
    this.#soon();
  }

  /** Once for all that changes together; a hidden page has no frames, and is looked at when it is shown. */
  #soon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#look());
  }

  #look(): void {
    const { widgets } = this.#panel.content;
    const there = new Set<Cell>(widgets);
    for (const cell of [...this.#bars.keys()].filter((each) => !there.has(each))) {
      this.#remove(cell);
    }
    for (const cell of widgets) {
      if (cell.model.type === "code") {
        this.#watch(cell as CodeCell);
        this.#draw(cell);
      }
    }
  }

  #watch(cell: CodeCell): void {
    if (!this.#watched.has(cell)) {
      this.#watched.add(cell);
      cell.model.outputs.changed.connect(() => this.#soon());
    }
  }

  #draw(cell: Cell): void {
    if (failure(cell) === null) {
      this.#fixing.over(cell);
      this.#remove(cell);
    } else if (!this.#settings.state.fixButton) {
      this.#remove(cell);
    } else {
      const changed = this.#fixing.changedSince(this.#panel, cell);
      this.#bar(cell)?.draw(changed ? "changed" : this.#fixing.wasAsked(cell) ? "asked" : "failed");
    }
  }

  /** The bar of a cell, made where it has none; null where the cell has not been drawn yet. */
  #bar(cell: Cell): FixBar | null {
    const found = this.#bars.get(cell);
    if (found) {
      return found;
    }
    if (cell.isPlaceholder()) {
      void cell.ready.then(() => this.#soon());
      return null;
    }
    const panel = this.#panel;
    const bar = new FixBar(this.#texts, {
      fix: () => void this.#fixing.ask(panel, cell),
      run: () => void this.#fixing.runAgain(panel, cell),
    });
    const layout = cell.layout as PanelLayout;
    layout.insertWidget(layout.widgets.length - 1, bar); // the last one is the cell's footer
    this.#bars.set(cell, bar);
    return bar;
  }

  #remove(cell: Cell): void {
    this.#bars.get(cell)?.dispose();
    this.#bars.delete(cell);
  }
}
