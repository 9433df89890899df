import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { Agents } from "../agents";
import { Rest } from "../rest";
import { findServer } from "../server";
import { goToQuestion } from "./asked";
import type { Desk, Wanted } from "./desk";
import type { Interviews } from "./interviews";
import type { Sidebar } from "./sidebar";

/** Opens conversations where they belong: beside their notebook, or in a tab of their own. */
export class Opening {
  readonly #app: JupyterFrontEnd;
  readonly #sidebar: Sidebar;
  readonly #tracker: INotebookTracker;
  readonly #interviews: Interviews | null;

  /** @param interviews null where the page has no tabs */
  constructor(app: JupyterFrontEnd, sidebar: Sidebar, tracker: INotebookTracker, interviews: Interviews | null) {
    this.#app = app;
    this.#sidebar = sidebar;
    this.#tracker = tracker;
    this.#interviews = interviews;
  }

  /** The conversation of the notebook in front, ready to be written in. */
  async sidebar(): Promise<void> {
    const desk = await this.#desk();
    await desk.look();
    desk.focus();
  }

  /**
   * The open question: of the panel that has the focus, of one in a cell of the notebook in front, else beside it, in whichever of the notebook's
   * conversations it is. Where none is open, what is shown anyway.
   */
  async question(): Promise<void> {
    if (goToQuestion(document.activeElement?.closest("[data-jcw=panel]")) || goToQuestion(this.#tracker.currentWidget?.node)) {
      return;
    }
    const desk = await this.#desk();
    await desk.look();
    const { notebook } = this.#sidebar.front;
    const sessions = notebook === null ? [] : await restOf().sessions(notebook, "", undefined, "workspace");
    desk.answer(sessions.filter(({ questions }) => questions > 0));
  }

  async conversation(): Promise<void> {
    const desk = await this.#desk();
    (await desk.begin(true)).focus();
  }

  /**
   * A session, whatever notebook it belongs to.
   * @param tab it is known to be one in which an agent is made
   */
  async session(session: string, tab: boolean): Promise<void> {
    if (tab && this.#interviews !== null) {
      this.#interviews.show(session);
      return;
    }
    const found = await restOf().session(session);
    if (found.context === "workspace") {
      await this.#openNotebook(found.notebook);
    }
    await this.#show(found);
  }

  /** A session in which an agent is made, next to the notebook in front. */
  async agent(agent: string | null): Promise<void> {
    const { notebook } = this.#sidebar.front;
    if (notebook !== null) {
      await this.#show(await new Agents(restOf(), notebook).createSession(agent));
    }
  }

  async newNotebook(cwd: string): Promise<void> {
    const { commands, serviceManager } = this.#app;
    const kernelName = serviceManager.kernelspecs.specs?.default;
    const panel: unknown = await commands.execute("notebook:create-new", { cwd, ...(kernelName && { kernelName }) });
    this.#take(panel);
    await this.sidebar();
  }

  async #show(wanted: Wanted): Promise<void> {
    if (wanted.context !== "workspace" && this.#interviews !== null) {
      this.#interviews.show(wanted.session_id);
      return;
    }
    const desk = await this.#sidebar.open();
    desk.open(wanted).focus();
  }

  /** Bring a notebook to the front where it exists, and where that does not need another page. */
  async #openNotebook(path: string): Promise<void> {
    const { commands, serviceManager } = this.#app;
    if (this.#interviews === null || path === this.#sidebar.front.notebook) {
      return;
    }
    const exists = await serviceManager.contents.get(path, { content: false }).then(
      () => true,
      () => false, // gone, or renamed: its conversation is shown all the same
    );
    if (exists) {
      this.#take(await commands.execute("docmanager:open", { path }));
    }
  }

  #take(panel: unknown): void {
    const found = this.#tracker.find((each) => each === panel) as NotebookPanel | undefined;
    if (found !== undefined) {
      this.#sidebar.front.catchUp(found);
    }
  }

  #desk(): Promise<Desk> {
    this.#sidebar.front.catchUp();
    return this.#sidebar.open();
  }
}

function restOf(): Rest {
  const server = findServer(document, location.href);
  if (server === null) {
    throw new Error("This page has no Jupyter server.");
  }
  return new Rest(server);
}
