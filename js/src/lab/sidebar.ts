import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import { Token } from "@lumino/coreutils";
import { Widget } from "@lumino/widgets";
import type { Store } from "../state/store";
import type { Desk } from "./desk";
import { Front } from "./front";
import { claudeIcon } from "./icon";
import { onNews } from "./news";
import { IWorkspaceSettings, type Settings } from "./settings";
import { type LabTexts, textsIn } from "./texts";

const ID = "jupyter-claude-workspace:sidebar";
const WIDGET = "jcw-sidebar";
const RANK = 150; // below Lab's own property inspector, above the debugger

/** The conversation beside the notebook. What is heavy in it is fetched when it is first seen. */
export class Sidebar extends Widget {
  readonly #texts: LabTexts;
  readonly #furnish: (node: HTMLElement) => Promise<Desk>;
  readonly #reveal: () => void;
  #desk: Promise<Desk> | null = null;

  /**
   * @param front the notebook that a person works on
   * @param furnish fetches and makes what is in it
   * @param reveal opens the area of the page in which it is
   */
  constructor(
    readonly front: Front,
    texts: LabTexts,
    furnish: (node: HTMLElement) => Promise<Desk>,
    reveal: () => void,
  ) {
    super();
    this.#texts = texts;
    this.#furnish = furnish;
    this.#reveal = reveal;
    this.id = WIDGET;
    this.addClass("jcw-sidebar");
    this.title.icon = claudeIcon;
    this.title.caption = texts.sidebar;
    this.node.dataset["jcw"] = "sidebar";
  }

  /** Bring it to the front. */
  reveal(): void {
    // Notebook 7.2 closes what is asked for at its sides where it is open already.
    if (!this.isVisible) {
      this.#reveal();
    }
  }

  /** Bring it to the front. Returns what is in it. */
  async open(): Promise<Desk> {
    this.reveal();
    const desk = await this.#furnished();
    desk.watched(true);
    return desk;
  }

  /** Tell it that a conversation of a notebook began or ended. */
  heard(notebook: string): void {
    this.#desk?.then((desk) => desk.heard(notebook)).catch(() => {});
  }

  protected override onAfterShow(): void {
    this.#look();
  }

  protected override onAfterAttach(): void {
    this.#look();
  }

  protected override onAfterHide(): void {
    this.#desk?.then((desk) => this.isVisible || desk.watched(false)).catch(() => {});
  }

  #look(): void {
    if (this.isVisible) {
      this.#furnished().then(
        (desk) => desk.watched(this.isVisible),
        () => {}, // it says so itself
      );
    }
  }

  #furnished(): Promise<Desk> {
    if (this.#desk === null) {
      this.node.replaceChildren();
      this.#desk = this.#furnish(this.node);
      this.#desk.catch(() => {
        this.#desk = null; // the next look tries again
        this.node.textContent = this.#texts.notLoaded;
      });
    }
    return this.#desk;
  }
}

/** The sidebar with the conversation of the notebook in front. */
export const ISidebar = new Token<Sidebar>("jupyter-claude-workspace:ISidebar", "The sidebar with the notebook's conversation with Claude.");

/** Puts it into the right area, in JupyterLab and in Notebook 7. */
export const sidebar: JupyterFrontEndPlugin<Sidebar> = {
  id: ID,
  description: "The conversation with Claude beside the notebook.",
  autoStart: true,
  requires: [INotebookTracker, IWorkspaceSettings],
  optional: [ILabShell, ILayoutRestorer, ITranslator],
  provides: ISidebar,
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    settings: Store<Settings>,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null,
  ) => {
    const { commands, shell } = app;
    const texts = textsIn(translator);
    const front = new Front(tracker, shell, settings);
    const reveal = (id: string) => shell.activateById(id);
    const furnish = async (node: HTMLElement) => (await import("./furnish")).furnish(node, { front, commands, texts, reveal });
    const made = new Sidebar(front, texts, furnish, () => shell.activateById(WIDGET));
    shell.add(made, "right", { rank: RANK, type: "Claude" });
    restorer?.add(made, WIDGET);
    onNews(app.serviceManager.events, ({ notebook, change }) => change === "changed" || made.heard(notebook));
    void openAtFirst(app, made, settings, labShell);
    return made;
  },
};

/** Open it where the settings ask for that and nobody arranged the page yet. */
async function openAtFirst(app: JupyterFrontEnd, made: Sidebar, settings: Store<Settings>, labShell: ILabShell | null): Promise<void> {
  const layout = await labShell?.restored;
  await app.restored;
  const open = () => {
    const wanted = settings.state.openAtStart && (layout === undefined || layout.fresh === true);
    if (wanted) {
      made.reveal();
    }
    return wanted;
  };
  if (!open()) {
    const unsubscribe = settings.subscribe(() => open() && unsubscribe()); // the settings may come later than the page
    setTimeout(unsubscribe, SETTLED_MS);
  }
}

const SETTLED_MS = 5_000;
