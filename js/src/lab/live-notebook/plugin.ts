import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IDocumentManager } from "@jupyterlab/docmanager";
import { type INotebookTracker as Tracker, INotebookTracker } from "@jupyterlab/notebook";
import { Rest } from "../../rest";
import { findServer } from "../../server";
import { leadToCells } from "./lead";

/** Claude reads, edits and runs the notebooks that are open here as they are here, with what is not saved yet. */
export const liveNotebook: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:live-notebook",
  description: "Lets Claude work in the notebooks that are open.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IDocumentManager],
  activate: (app: JupyterFrontEnd, tracker: Tracker, manager: IDocumentManager | null) => {
    const server = findServer(document, location.href);
    if (server === null) {
      return;
    }
    leadToCells(app, tracker);
    const begin = () => {
      tracker.widgetAdded.disconnect(begin);
      import("./page").then(
        ({ LivePage }) => new LivePage({ app, tracker, manager, rest: new Rest(server) }),
        () => tracker.widgetAdded.connect(begin), // until it succeeds, the file is worked on instead
      );
    };
    if (tracker.size > 0) {
      begin();
    } else {
      tracker.widgetAdded.connect(begin);
    }
  },
};
