import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { Rest } from "../../rest";
import { findServer } from "../../server";
import { Store } from "../../state/store";
import { COMMANDS } from "../command-ids";
import type { Front } from "../front";
import { ISidebar, type Sidebar } from "../sidebar";
import { IWorkspaceSettings, type Settings } from "../settings";
import { Alerts, type Choice } from "./alerts";
import { filesOf } from "./agent-files";
import type { Surroundings } from "./around";
import { markTab, openQuestions, PageTitle } from "./badge";
import { Happenings } from "./happenings";
import { dashboardIcon } from "./icon";
import { keepCurrent } from "./pulse";
import { Roster } from "./roster";
import { DashboardWidget, WIDGET } from "./widget";
import { wordsIn } from "./words";

const DOMAIN = "jupyter-claude-workspace";
const SETTINGS = "jupyter-claude-workspace:settings";
const RANK = 350; // below Lab's own running panel
const CALM_MS = 1_500; // after Lab has started

/** All sessions of the server, and the agents next to the notebook in front, in the left area of Lab and Notebook 7. */
export const dashboard: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:dashboard",
  description: "The dashboard of Claude's sessions and agents.",
  autoStart: true,
  requires: [IWorkspaceSettings],
  optional: [ISidebar, ISettingRegistry, ITranslator, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    settings: Store<Settings>,
    sidebar: Sidebar | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
  ) => {
    const server = findServer(document, location.href);
    if (server === null) {
      return;
    }
    const rest = new Rest(server);
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const words = wordsIn(trans);
    const roster = new Roster(rest);
    const openSession = (session_id: string) => void app.commands.execute(COMMANDS.openSession, { session_id });
    const alerts = new Alerts(choiceIn(settings, registry), words, openSession);
    const widget: DashboardWidget = new DashboardWidget(words, async (node) => {
      const { mountDashboard } = await import("./mount"); // most pages never show it
      return mountDashboard(node, surroundings);
    });
    const surroundings: Surroundings = {
      rest,
      roster,
      alerts,
      trans,
      notebook: notebookOf(sidebar?.front ?? null),
      files: filesOf(app.serviceManager),
      shown: widget.shown,
      openSession,
      newAgent: (agent) => void app.commands.execute(COMMANDS.newAgent, agent === undefined ? {} : { agent }),
      openFile: (path) => void app.commands.execute("docmanager:open", { path, factory: "Editor" }),
    };
    app.commands.addCommand(COMMANDS.dashboard, {
      label: words.show,
      icon: dashboardIcon,
      describedBy: { args: { type: "object" } },
      execute: () => widget.isVisible || app.shell.activateById(WIDGET), // which would close it in Notebook 7.2
    });
    palette?.addItem({ command: COMMANDS.dashboard, category: words.category });
    app.shell.add(widget, "left", { rank: RANK, type: "Claude" });
    restorer?.add(widget, WIDGET);
    announce(roster, alerts, (questions) => markTab(widget.title, questions, words));
    keepLooking(app, roster, widget);
  },
};

/** Ask once Lab has started, whenever somebody begins to look, and when something happened. */
function keepLooking({ restored, serviceManager }: JupyterFrontEnd, roster: Roster, { shown }: DashboardWidget): void {
  shown.subscribe(() => shown.state && void roster.load());
  keepCurrent(serviceManager, roster, () => shown.state);
  void restored.then(() => setTimeout(() => roster.known || void roster.load(), CALM_MS));
}

/** Every change of the roster: the badge, and what a person who is elsewhere is told. */
function announce(roster: Roster, alerts: Alerts, mark: (questions: number) => void): void {
  const happenings = new Happenings();
  const title = new PageTitle(document);
  let shown = 0;
  roster.store.subscribe(() => {
    const { sessions, state } = roster.store.state;
    if (state !== "there") {
      return;
    }
    for (const happening of happenings.since(sessions, performance.now())) {
      alerts.tell(happening);
    }
    const questions = openQuestions(sessions);
    if (questions !== shown) {
      shown = questions;
      mark(questions);
      title.show(questions);
    }
  });
}

/** Path of the notebook in front. */
function notebookOf(front: Front | null): Store<string> {
  const store = new Store(front?.notebook ?? "");
  const look = () => store.update(() => front?.notebook ?? "");
  front?.changed.connect(look);
  front?.renamed.connect(look);
  return store;
}

/** The person's choice, which Lab's settings keep; without them it holds as long as the page. */
function choiceIn(settings: Store<Settings>, registry: ISettingRegistry | null): Choice {
  return {
    get: () => settings.state.notifications,
    set: async (wanted) => {
      if (registry !== null) {
        await registry.set(SETTINGS, "notifications", wanted).catch(() => {}); // read-only settings: it holds in this page
      }
      settings.update((now) => ({ ...now, notifications: wanted }));
    },
    follow: (changed) => void settings.subscribe(changed),
  };
}

