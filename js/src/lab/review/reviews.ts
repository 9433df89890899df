import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import type { TranslationBundle } from "@jupyterlab/translation";
import type { Rest } from "../../rest";
import type { News } from "../news";
import type { LabTexts } from "../texts";
import type { Following } from "./following";

/** Finds the sessions of open notebooks that ask something about cells, and follows each for as long as it does. */
export class Reviews {
  readonly #tracker: INotebookTracker;
  readonly #rest: Rest;
  readonly #texts: LabTexts;
  readonly #trans: TranslationBundle;
  readonly #followed = new Map<string, Promise<Following | null>>();

  constructor(tracker: INotebookTracker, rest: Rest, texts: LabTexts, trans: TranslationBundle) {
    this.#tracker = tracker;
    this.#rest = rest;
    this.#texts = texts;
    this.#trans = trans;
    tracker.forEach((panel) => void this.#attend(panel));
    tracker.widgetAdded.connect((_tracker, panel) => this.#attend(panel));
  }

  /** Something changed in a session. */
  heard({ session_id: id, notebook, questions, change }: News): void {
    if (change === "ended" || questions === 0) {
      this.#leave(id);
    } else if (this.#panels(notebook).length > 0) {
      this.#follow(id);
    }
  }

  /** Go to another proposal in the notebook in front; `by`: 1 the next one, -1 the one before. */
  async step(by: number): Promise<void> {
    for (const following of await Promise.all(this.#followed.values())) {
      if (this.#tracker.currentWidget !== null && following?.step(this.#tracker.currentWidget, by)) {
        return;
      }
    }
  }

  #attend(panel: NotebookPanel): void {
    const look = () => void this.#look(panel);
    void panel.context.ready.then(look);
    panel.context.pathChanged.connect(look);
  }

  /** What was asked before the notebook was opened here. */
  async #look(panel: NotebookPanel): Promise<void> {
    const sessions = await this.#rest.sessions(panel.context.localPath).catch(() => []); // news come all the same
    for (const { session_id: id, questions } of sessions) {
      if (questions > 0 && !panel.isDisposed) {
        this.#follow(id);
      }
    }
  }

  #panels(path: string): NotebookPanel[] {
    return this.#tracker.filter((panel) => !panel.isDisposed && panel.context.localPath === path);
  }

  #follow(id: string): void {
    if (this.#followed.has(id)) {
      return;
    }
    const made = import("./following").then(
      ({ Following: Made }) =>
        new Made(id, this.#rest, this.#texts, this.#trans, {
          panels: (path) => this.#panels(path),
          over: () => this.#leave(id),
          added: (look) => {
            this.#tracker.widgetAdded.connect(look);
            return () => this.#tracker.widgetAdded.disconnect(look);
          },
        }),
    ).catch(() => null); // the server was updated meanwhile: the panel still asks
    this.#followed.set(id, made);
  }

  #leave(id: string): void {
    const left = this.#followed.get(id);
    this.#followed.delete(id);
    void left?.then((following) => following?.dispose());
  }
}
