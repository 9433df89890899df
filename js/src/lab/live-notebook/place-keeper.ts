import type { CodeEditor } from "@jupyterlab/codeeditor";
import type { Notebook } from "@jupyterlab/notebook";

const SETTLING_MS = 300;
const LOOK_MS = 10;

/** Do something to a notebook's cells, and leave the person where they were. */
export function keepingPlace(notebook: Notebook, change: () => void): void {
  const place = new PlaceKeeper(notebook);
  change();
  place.restore();
}

/** Where the person is in a notebook. Lab loses it when cells around theirs come and go. */
export class PlaceKeeper {
  readonly #notebook: Notebook;
  readonly #cell: string | null;
  readonly #focus: Element | null;
  readonly #mode: Notebook["mode"];
  readonly #selections: CodeEditor.IRange[];
  readonly #top: number;

  constructor(notebook: Notebook) {
    const { activeCell, mode } = notebook;
    this.#notebook = notebook;
    this.#cell = activeCell?.model.sharedModel.getId() ?? null;
    this.#focus = notebook.node.contains(document.activeElement) ? document.activeElement : null;
    this.#mode = mode;
    this.#selections = activeCell?.editor?.getSelections() ?? [];
    this.#top = activeCell?.node.getBoundingClientRect().top ?? 0;
  }

  /** The id of the cell that the person is writing in; null where they are not. */
  get writingIn(): string | null {
    return this.#focus !== null && this.#mode === "edit" ? this.#cell : null;
  }

  /** Go back there. Where the cell is gone, what is typed goes nowhere: not into another cell, and not to single-key commands. */
  restore(): void {
    this.#goBack();
    requestAnimationFrame(() => this.#showSomething());
    if (this.writingIn !== null) {
      this.#stay();
    }
  }

  #goBack(): void {
    const notebook = this.#notebook;
    if (notebook.isDisposed) {
      return;
    }
    const index = this.#index();
    if (index < 0) {
      if (this.writingIn !== null) {
        notebook.mode = "command";
        (document.activeElement as HTMLElement | null)?.blur();
      }
      return;
    }
    if (notebook.activeCellIndex !== index) {
      notebook.activeCellIndex = index;
    }
    if (this.#focus !== null && document.activeElement !== this.#focus) {
      this.#refocus();
    }
    this.#hold();
  }

  #index(): number {
    return this.#notebook.widgets.findIndex(({ model }) => model.sharedModel.getId() === this.#cell);
  }

  /** JupyterLab 4.2 arranges cells in a later frame, and takes the focus with those that moved; unless the person goes there. */
  #stay(): void {
    const ended = performance.now() + SETTLING_MS;
    const gone = new AbortController();
    for (const deed of ["keydown", "pointerdown"]) {
      document.addEventListener(deed, () => gone.abort(), { capture: true, once: true, signal: gone.signal });
    }
    const look = () => {
      const { isDisposed, activeCell } = this.#notebook;
      if (isDisposed || gone.signal.aborted || performance.now() > ended || this.#index() < 0) {
        clearInterval(timer); // no frames: the page may be in the background
        gone.abort();
        return;
      }
      if (activeCell?.model.sharedModel.getId() !== this.#cell || !activeCell.node.contains(document.activeElement)) {
        this.#goBack();
      }
    };
    const timer = setInterval(look, LOOK_MS);
  }

  /** Lab lets the view stay below the last cell when cells go: an empty page looks as if all were lost. */
  #showSomething(): void {
    const { isDisposed, outerNode, widgets } = this.#notebook;
    const last = isDisposed ? undefined : widgets.at(-1);
    if (last && last.node.getBoundingClientRect().bottom <= outerNode.getBoundingClientRect().top) {
      void this.#notebook.scrollToItem(widgets.length - 1, "smart").catch(() => {}); // closed meanwhile
    }
  }

  #refocus(): void {
    if (this.#focus?.isConnected) {
      (this.#focus as HTMLElement).focus({ preventScroll: true });
      return;
    }
    const { activeCell } = this.#notebook;
    if (this.#mode === "edit") {
      this.#notebook.mode = "edit";
      activeCell?.editor?.setSelections(this.#selections);
    }
  }

  /** What is above may have grown: the person's cell stays where it was on the screen. */
  #hold(): void {
    const { activeCell, outerNode } = this.#notebook;
    const view = outerNode.getBoundingClientRect();
    if (activeCell === null || this.#top < view.top || this.#top > view.bottom) {
      return;
    }
    const moved = activeCell.node.getBoundingClientRect().top - this.#top;
    outerNode.scrollTop += moved;
  }
}
