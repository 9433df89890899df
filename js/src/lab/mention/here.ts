import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { Cell } from "@jupyterlab/cells";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import type { Here, HostRequests } from "../../host";
import { mentionStrings as strings } from "../../view/strings/mentions";
import { failure } from "../fix/failure";
import { nameOf } from "../fix/fixing";

const MOST_LABEL = 80;
const MOST_SELECTION = 100_000; // of the protocol

type Asked = HostRequests["here"];

/** Follows where a person is in one open notebook, for one panel. */
class Whereabouts {
  readonly #panel: NotebookPanel;
  readonly #asking: Node;
  readonly #tell: Asked["tell"];
  #cell: Cell | null = null;
  #told = "";

  constructor(panel: NotebookPanel, asking: Node, { signal, tell }: Asked) {
    this.#panel = panel;
    this.#asking = asking;
    this.#tell = tell;
    const { content } = panel;
    const leave = () => {
      content.activeCellChanged.disconnect(this.#move);
      content.modelContentChanged.disconnect(this.#say);
      content.selectionChanged.disconnect(this.#say);
      this.#leaveCell();
    };
    content.activeCellChanged.connect(this.#move);
    content.modelContentChanged.connect(this.#say);
    content.selectionChanged.connect(this.#say);
    signal.addEventListener("abort", leave);
    panel.disposed.connect(() => {
      leave();
      if (!signal.aborted) {
        tell(null);
      }
    });
    this.#move();
  }

  readonly #move = (): void => {
    const cell = this.#panel.content.activeCell;
    // A panel in an output is in a cell itself, which is in front for as long as the person writes there.
    if (cell === this.#cell || cell?.node.contains(this.#asking)) {
      return;
    }
    this.#leaveCell();
    this.#cell = cell;
    cell?.model.contentChanged.connect(this.#say);
    void cell?.ready.then(() => !cell.isDisposed && cell === this.#cell && cell.editor?.model.selections.changed.connect(this.#say));
    this.#say();
  };

  #leaveCell(): void {
    const cell = this.#cell;
    this.#cell = null;
    if (cell !== null && !cell.isDisposed) {
      cell.model.contentChanged.disconnect(this.#say);
      cell.editor?.model.selections.changed.disconnect(this.#say);
    }
  }

  readonly #say = (): void => {
    const cell = this.#cell;
    const here = cell === null || cell.isDisposed ? null : whereIn(this.#panel, cell);
    const told = JSON.stringify(here);
    if (told !== this.#told) {
      this.#told = told;
      this.#tell(here);
    }
  };
}

function whereIn(panel: NotebookPanel, cell: Cell): Here {
  const { model, editor } = cell;
  const source = model.sharedModel.getSource();
  const line = (source.split("\n").find((each) => each.trim()) ?? "").trim().slice(0, MOST_LABEL);
  const range = editor?.getSelection();
  const [one, other] = editor && range ? [editor.getOffsetAt(range.start), editor.getOffsetAt(range.end)] : [0, 0];
  const selection = source.slice(Math.min(one, other), Math.max(one, other)).slice(0, MOST_SELECTION);
  return { cell: model.id, label: strings.named(nameOf(panel, cell), line), selection: selection.trim() ? selection : "", failed: failure(cell) !== null };
}

/** Tells panels where in their notebook the person is. */
export const here: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:here",
  description: "Lets the cell that a person is in go along with what they ask Claude.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app, tracker: INotebookTracker) => {
    document.addEventListener("jcw:here", (event) => {
      const asked = (event as CustomEvent<Asked | null>).detail;
      event.preventDefault();
      if (asked !== null) {
        follow(tracker, event.target as Node, asked);
      }
    });
  },
};

/** From now on, or from when the notebook is opened. */
function follow(tracker: INotebookTracker, asking: Node, asked: Asked): void {
  const begin = (panel: NotebookPanel) => new Whereabouts(panel, asking, asked);
  const open = tracker.find((panel) => panel.context.localPath === asked.notebook);
  if (open) {
    begin(open);
  } else {
    asked.tell(null);
  }
  const added = (_tracker: unknown, panel: NotebookPanel) => panel.context.localPath === asked.notebook && begin(panel);
  tracker.widgetAdded.connect(added);
  asked.signal.addEventListener("abort", () => tracker.widgetAdded.disconnect(added));
}
