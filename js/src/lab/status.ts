import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IStatusBar } from "@jupyterlab/statusbar";
import { ITranslator } from "@jupyterlab/translation";
import type { CommandRegistry } from "@lumino/commands";
import { Widget } from "@lumino/widgets";
import { COMMANDS } from "./command-ids";
import { claudeIcon } from "./icon";
import { onNews } from "./news";
import { ISidebar, type Sidebar } from "./sidebar";
import { Standing } from "./standing";
import { type LabTexts, textsIn } from "./texts";

/** How the conversation of the notebook in front stands, in the status bar. */
class StatusItem extends Widget {
  readonly #button = document.createElement("button");
  readonly #text = document.createElement("span");
  readonly #texts: LabTexts;

  constructor(commands: CommandRegistry, texts: LabTexts) {
    super();
    this.#texts = texts;
    this.addClass("jcw-status");
    this.#button.type = "button";
    this.#button.className = "jcw-status-button";
    this.#button.dataset["jcw"] = "status";
    this.#button.title = texts.statusCaption;
    this.#button.append(claudeIcon.element({ elementSize: "normal", tag: "span" }), this.#text);
    this.#button.addEventListener("click", () => {
      void commands.execute(this.#button.dataset["questions"] === "0" ? COMMANDS.openSidebar : COMMANDS.openQuestion);
    });
    this.node.append(this.#button);
  }

  say({ state, questions }: Standing): void {
    const { states, status, questions: asked } = this.#texts;
    this.#text.textContent = questions > 0 ? asked(questions) : state === null ? this.#texts.claude : status(states[state]);
    this.#button.dataset["state"] = state ?? "";
    this.#button.dataset["questions"] = String(questions);
  }
}

/** The status-bar item, where the page has a status bar. */
export const status: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:status",
  description: "The state of Claude in the status bar.",
  autoStart: true,
  requires: [ISidebar],
  optional: [IStatusBar, ITranslator],
  activate: (app: JupyterFrontEnd, sidebar: Sidebar, statusBar: IStatusBar | null, translator: ITranslator | null) => {
    if (statusBar === null) {
      return;
    }
    const standing = new Standing(sidebar.front);
    const item = new StatusItem(app.commands, textsIn(translator));
    standing.changed.connect(() => item.say(standing));
    onNews(app.serviceManager.events, (news) => standing.heard(news));
    app.serviceManager.connectionFailure.connect(() => standing.lost());
    item.say(standing);
    statusBar.registerStatusItem("jupyter-claude-workspace:status", { item, align: "left", rank: 100, isActive: () => sidebar.front.notebook !== null, activeStateChanged: sidebar.front.changed });
  },
};
