import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import { Rest } from "../../rest";
import { findServer } from "../../server";
import { COMMANDS } from "../command-ids";
import { onNews } from "../news";
import { bundleIn, textsIn } from "../texts";
import { Reviews } from "./reviews";

/** What Claude proposes is shown in the cells themselves, and decided there. What draws it is fetched with the first proposal. */
export const review: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:review",
  description: "Shows in the cells what Claude wants to change or run.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ITranslator],
  activate: ({ commands, serviceManager }: JupyterFrontEnd, tracker: INotebookTracker, palette: ICommandPalette | null, translator: ITranslator | null) => {
    const server = findServer(document, location.href);
    if (server === null) {
      return;
    }
    const texts = textsIn(translator);
    const reviews = new Reviews(tracker, new Rest(server), texts, bundleIn(translator));
    onNews(serviceManager.events, (news) => reviews.heard(news));
    for (const [command, label, by] of [
      [COMMANDS.nextProposal, texts.nextProposal, 1],
      [COMMANDS.previousProposal, texts.previousProposal, -1],
    ] as const) {
      commands.addCommand(command, { label, describedBy: { args: { type: "object" } }, execute: () => reviews.step(by) });
      palette?.addItem({ command, category: texts.category });
    }
  },
};
