import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { Signal } from "@lumino/signaling";
import type { Store } from "../state/store";
import type { Settings } from "./settings";

/** The notebook that a person works on. It stays while other documents are in front, and after it was closed. */
export class Front {
  /** Another notebook, or another document in front of it. */
  readonly changed = new Signal<this, void>(this);
  readonly renamed = new Signal<this, { from: string; to: string }>(this);
  readonly #shell: JupyterFrontEnd.IShell;
  readonly #tracker: INotebookTracker;
  #panel: NotebookPanel | null = null;
  #path: string | null = null;

  constructor(tracker: INotebookTracker, shell: JupyterFrontEnd.IShell, settings: Store<Settings>) {
    this.#tracker = tracker;
    this.#shell = shell;
    tracker.currentChanged.connect(() => {
      if (settings.state.follow || this.panel === null) {
        this.catchUp();
      }
    });
    shell.currentChanged?.connect(() => this.changed.emit());
    this.catchUp();
  }

  /** Its path on the server; null before the first notebook was opened. */
  get notebook(): string | null {
    return this.#path;
  }

  /** Null where it is not open. */
  get panel(): NotebookPanel | null {
    return this.#panel?.isDisposed === false ? this.#panel : null;
  }

  /** Whether nothing else is in front of it. */
  get inFront(): boolean {
    return this.panel !== null && (this.#shell.currentWidget === this.panel || this.#shell.currentWidget === null);
  }

  /** Take this notebook, or the one that was used last, also where the settings say not to follow. */
  catchUp(panel: NotebookPanel | null = this.#tracker.currentWidget): void {
    if (panel === null || panel === this.#panel) {
      this.changed.emit(); // it may have been closed
      return;
    }
    this.#panel?.context.pathChanged.disconnect(this.#moved, this);
    this.#panel = panel;
    this.#path = panel.context.localPath;
    panel.context.pathChanged.connect(this.#moved, this);
    this.changed.emit();
  }

  #moved(): void {
    const from = this.#path;
    this.#path = this.#panel?.context.localPath ?? from;
    if (from !== null && this.#path !== null && from !== this.#path) {
      this.renamed.emit({ from, to: this.#path });
    }
  }
}
