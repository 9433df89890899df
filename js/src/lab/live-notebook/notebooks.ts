import type { IDocumentManager } from "@jupyterlab/docmanager";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import type { OpenNotebook } from "../../protocol/frames.gen";

/** Drives whose paths are the server's own: Jupyter's, and that of jupyter-collaboration. */
const OWN_DRIVES: readonly string[] = ["", "RTC"];

export interface NotebookEvents {
  /** A notebook was loaded. */
  opened(panel: NotebookPanel): void;
  /** A notebook was opened or closed, or what is said of one may have changed. */
  changed(): void;
  /** Another notebook came to the front. */
  turned(): void;
}

/** The notebooks that are open in this page. Two views of one are one. */
export class OpenNotebooks {
  readonly #tracker: INotebookTracker;
  readonly #manager: IDocumentManager | null;
  readonly #events: NotebookEvents;

  constructor(tracker: INotebookTracker, manager: IDocumentManager | null, events: NotebookEvents) {
    this.#tracker = tracker;
    this.#manager = manager;
    this.#events = events;
    tracker.forEach((panel) => void this.#follow(panel));
    tracker.widgetAdded.connect((_, panel) => this.#follow(panel));
    tracker.currentChanged.connect(events.turned);
  }

  /** The one of a path, in the view that was used last. */
  find(path: string): NotebookPanel | undefined {
    return this.#views().find(({ context }) => context.localPath === path);
  }

  describe(): OpenNotebook[] {
    const found = new Map(this.#views().toReversed().map((panel) => [panel.context.localPath, panel]));
    return [...found].map(([path, panel]) => ({
      path,
      kernel: panel.sessionContext.session?.kernel?.id ?? null,
      active: panel === this.#tracker.currentWidget,
      dirty: panel.context.model.dirty,
      modified: panel.context.contentsModel?.last_modified ?? "",
      collaborative: panel.context.model.collaborative === true,
    }));
  }

  /** Those that are loaded; the one in front first. */
  #views(): NotebookPanel[] {
    const front = this.#tracker.currentWidget;
    return this.#tracker.filter((panel) => this.#usable(panel)).sort((one, other) => Number(other === front) - Number(one === front));
  }

  #usable({ isDisposed, context }: NotebookPanel): boolean {
    const drive = this.#manager?.services.contents.driveName(context.path) ?? "";
    return !isDisposed && context.isReady && !context.isDisposed && OWN_DRIVES.includes(drive);
  }

  #follow(panel: NotebookPanel): void {
    const { context, sessionContext } = panel;
    const { opened, changed } = this.#events;
    void context.ready.then(() => {
      context.model.stateChanged.connect(changed);
      opened(panel);
      changed();
    });
    context.pathChanged.connect(changed);
    context.fileChanged.connect(changed);
    sessionContext.kernelChanged.connect(changed);
    panel.disposed.connect(changed);
  }
}
