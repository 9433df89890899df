import type { Notebook, NotebookPanel } from "@jupyterlab/notebook";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { HostRequests } from "../host";

/** The notebook in which an output is shown. */
export class Place {
  static #last = new WeakMap<Notebook, Inserted>();
  readonly #panel: NotebookPanel;

  constructor(panel: NotebookPanel) {
    this.#panel = panel;
  }

  get rendermime(): IRenderMimeRegistry {
    return this.#panel.content.rendermime;
  }

  /** Path of the notebook on its server. */
  get notebook(): string {
    return this.#panel.context.localPath;
  }

  /** Id of the kernel that the notebook is connected to; empty where it has none. */
  get kernel(): string {
    return this.#panel.sessionContext.session?.kernel?.id ?? "";
  }

  /** Calls `reader` whenever the notebook gets another kernel; returns how to stop it. */
  onKernel(reader: () => void): () => void {
    const { kernelChanged } = this.#panel.sessionContext;
    kernelChanged.connect(reader);
    return () => kernelChanged.disconnect(reader);
  }

  /**
   * Put a new cell below the one that `inside` belongs to, as one step of undo, and show it. The focus stays where it is. What is inserted after it
   * goes below it, so that pieces of a reply come in their order; until the person goes to another cell.
   */
  insertCell(inside: Node, { code, language }: HostRequests["insert-cell"]): void {
    const notebook = this.#panel.content;
    const here = notebook.widgets.findIndex((cell) => cell.node.contains(inside));
    const above = (here >= 0 ? notebook.widgets[here] : notebook.activeCell)?.model.id ?? "";
    const last = Place.#last.get(notebook);
    const behind = last?.above === above ? notebook.widgets.findIndex(({ model }) => model.id === last.cell) : -1;
    const index = (behind >= 0 ? behind : here >= 0 ? here : notebook.activeCellIndex) + 1;
    const cell = { source: code, metadata: { trusted: true } };
    const shared = notebook.model?.sharedModel;
    shared?.transact(() => {
      shared.insertCell(index, { ...cell, cell_type: MARKDOWN.has(language.toLowerCase()) ? "markdown" : "code" });
    });
    Place.#last.set(notebook, { above, cell: notebook.widgets[index]?.model.id ?? "" });
    void notebook.scrollToItem(index, "smart");
  }
}

/** Ids of the cell that was inserted last, and of the one that it was inserted below. */
interface Inserted {
  above: string;
  cell: string;
}

const MARKDOWN: ReadonlySet<string> = new Set(["markdown", "md"]);
