import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { ConversationOutput, MIME } from "./output";
import { Place } from "./place";

// Before ipywidgets' own renderer of the widget view, which stands at -10.
const RANK = -20;

/** Teaches a notebook to show conversations: the live panel where there is one, what was kept of it otherwise. */
function attend(panel: NotebookPanel): void {
  const place = new Place(panel);
  place.rendermime.addFactory(
    { safe: true, mimeTypes: [MIME], createRenderer: () => new ConversationOutput(place) },
    RANK,
  );
}

/** Conversations in a notebook's outputs. */
export const renderer: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:renderer",
  description: "Shows conversations with Claude Code in notebooks, and keeps them there.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app, tracker: INotebookTracker) => {
    tracker.forEach(attend);
    tracker.widgetAdded.connect((_tracker, panel) => attend(panel));
  },
};
