import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import type { HostRequests } from "../../host";
import { show } from "./reveal";

const MARKED_MS = 1600;

type Asked = HostRequests["reveal-cell"];

/** Leads from cells that are named in a conversation to the cells themselves. */
export function leadToCells(app: JupyterFrontEnd, tracker: INotebookTracker): void {
  document.addEventListener("jcw:reveal-cell", (event) => {
    const asked = (event as CustomEvent<Asked | null>).detail;
    event.preventDefault();
    if (asked !== null) {
      void lead(app, tracker, asked).then(asked.found, () => asked.found(false));
    }
  });
}

async function lead(app: JupyterFrontEnd, tracker: INotebookTracker, { notebook, cell }: Asked): Promise<boolean> {
  const panel = openOf(tracker, notebook) ?? (await opened(app, tracker, notebook));
  if (panel === null) {
    return false;
  }
  show(app, panel, cell);
  const widget = panel.content.widgets.find(({ model }) => model.sharedModel.getId() === cell);
  widget?.addClass("jcw-led-to");
  setTimeout(() => widget?.removeClass("jcw-led-to"), MARKED_MS);
  return true;
}

/** The view of a notebook that was used last; null where it is not open. */
function openOf(tracker: INotebookTracker, notebook: string): NotebookPanel | null {
  const isIt = ({ context, isDisposed }: NotebookPanel) => !isDisposed && context.localPath === notebook;
  const front = tracker.currentWidget;
  return front !== null && isIt(front) ? front : (tracker.find(isIt) ?? null);
}

async function opened({ commands }: JupyterFrontEnd, tracker: INotebookTracker, notebook: string): Promise<NotebookPanel | null> {
  await commands.execute("docmanager:open", { path: notebook });
  const panel = openOf(tracker, notebook);
  await panel?.revealed;
  return panel;
}
