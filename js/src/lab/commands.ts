import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { type INotebookTracker as Tracker, INotebookTracker } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { Asking } from "./asking";
import { COMMANDS } from "./command-ids";
import { claudeIcon } from "./icon";
import { Interviews } from "./interviews";
import { Opening } from "./opening";
import { ISidebar, type Sidebar } from "./sidebar";
import { type LabTexts, textsIn } from "./texts";

interface Command {
  label: string;
  caption?: string;
  palette?: boolean;
  enabled?(): boolean;
  /** Not offered at all where it is not enabled. */
  hides?: boolean;
  execute(args: ReadonlyPartialJSONObject): Promise<unknown>;
}

/** What a person may tell JupyterLab to do with Claude; menus and shortcuts are in schema/settings.json. */
export const commands: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:commands",
  description: "Commands for Claude, in the palette, the menus and by keys.",
  autoStart: true,
  requires: [ISidebar, INotebookTracker],
  optional: [ILabShell, ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    sidebar: Sidebar,
    tracker: Tracker,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
  ) => {
    const texts = textsIn(translator);
    const interviews = labShell && new Interviews(app, restorer, texts);
    const all = { ...opening(new Opening(app, sidebar, tracker, interviews), sidebar, texts), ...asking(new Asking(sidebar, tracker, texts), texts) };
    for (const [id, command] of Object.entries(all)) {
      add(app, id, command, texts);
      if (command.palette !== false) {
        palette?.addItem({ command: id, category: texts.category });
      }
    }
  },
};

function opening(open: Opening, { front }: Sidebar, texts: LabTexts): Record<string, Command> {
  const hasNotebook = () => front.notebook !== null;
  return {
    [COMMANDS.openSidebar]: { label: texts.openSidebar, caption: texts.sidebar, execute: () => open.sidebar() },
    [COMMANDS.openSession]: { label: texts.openSession, palette: false, execute: ({ session_id, tab }) => open.session(String(session_id), tab === true) },
    [COMMANDS.openQuestion]: { label: texts.openQuestion, execute: () => open.question() },
    [COMMANDS.newConversation]: { label: texts.newConversation, enabled: hasNotebook, execute: () => open.conversation() },
    [COMMANDS.newAgent]: {
      label: texts.newAgent,
      caption: texts.newAgentCaption,
      enabled: hasNotebook,
      execute: ({ agent }) => open.agent(typeof agent === "string" ? agent : null),
    },
    [COMMANDS.newNotebook]: {
      label: texts.newNotebook,
      caption: texts.newNotebookCaption,
      palette: false,
      execute: ({ cwd }) => open.newNotebook(typeof cwd === "string" ? cwd : ""),
    },
  };
}

function asking(ask: Asking, texts: LabTexts): Record<string, Command> {
  return {
    [COMMANDS.askCell]: { label: texts.askCell, enabled: () => ask.cell !== null, execute: () => ask.aboutCell() },
    [COMMANDS.explainError]: { label: texts.explainError, enabled: () => ask.hasError, hides: true, execute: () => ask.aboutError() },
  };
}

function add({ commands: registry }: JupyterFrontEnd, id: string, { label, caption, enabled, hides, execute }: Command, texts: LabTexts): void {
  registry.addCommand(id, {
    label: ({ isLauncher }) => (isLauncher ? texts.claude : label),
    caption: caption ?? label,
    icon: claudeIcon,
    isEnabled: () => enabled?.() ?? true,
    isVisible: () => !hides || (enabled?.() ?? true),
    describedBy: { args: { type: "object" } },
    execute: (args) => execute(args).catch((error: Error) => void showErrorMessage(texts.failed, error.message)),
  });
}
