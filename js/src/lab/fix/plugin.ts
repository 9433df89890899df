import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import type { Store } from "../../state/store";
import { COMMANDS } from "../command-ids";
import { claudeIcon } from "../icon";
import { IWorkspaceSettings, type Settings } from "../settings";
import { ISidebar, type Sidebar } from "../sidebar";
import { textsIn } from "../texts";
import { FixButtons } from "./buttons";
import { failure } from "./failure";
import { Fixing } from "./fixing";

/** One click below a cell that failed, and its repair is on the way. */
export const fix: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:fix-error",
  description: "Has Claude repair a cell that failed.",
  autoStart: true,
  requires: [ISidebar, INotebookTracker, IWorkspaceSettings],
  optional: [ICommandPalette, ITranslator],
  activate: (
    { commands }: JupyterFrontEnd,
    sidebar: Sidebar,
    tracker: INotebookTracker,
    settings: Store<Settings>,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
  ) => {
    const texts = textsIn(translator);
    const fixing = new Fixing(sidebar, texts, (error) => void showErrorMessage(texts.failed, error.message));
    const attend = (panel: NotebookPanel) => new FixButtons(panel, fixing, settings, texts);
    tracker.forEach(attend);
    tracker.widgetAdded.connect((_tracker, panel) => attend(panel));
    const failed = () => tracker.activeCell !== null && failure(tracker.activeCell) !== null;
    commands.addCommand(COMMANDS.fixError, {
      label: texts.fixErrorCommand,
      caption: texts.fixErrorCaption,
      icon: claudeIcon,
      isEnabled: failed,
      isVisible: failed,
      describedBy: { args: { type: "object" } },
      execute: async () => {
        const { currentWidget, activeCell } = tracker;
        if (currentWidget !== null && activeCell !== null) {
          await fixing.ask(currentWidget, activeCell);
        }
      },
    });
    palette?.addItem({ command: COMMANDS.fixError, category: texts.category });
  },
};
