import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { modelOf } from "./read";
import { Refusal } from "./refusal";

/** Bring the notebook to the front and a cell of it into view. The person's active cell stays theirs. */
export function reveal(app: JupyterFrontEnd, panel: NotebookPanel, cell: string): Record<string, never> {
  const index = placeOf(panel, cell);
  app.shell.activateById(panel.id);
  scrollTo(panel, index);
  return {};
}

/** Show a cell of the notebook, which takes the focus only where it was not to be seen. */
export function show(app: JupyterFrontEnd, panel: NotebookPanel, cell: string): void {
  const index = placeOf(panel, cell);
  if (!panel.isVisible) {
    app.shell.activateById(panel.id);
  }
  scrollTo(panel, index);
}

function placeOf(panel: NotebookPanel, cell: string): number {
  const index = modelOf(panel).sharedModel.cells.findIndex((each) => each.getId() === cell);
  if (index < 0) {
    throw new Refusal("cell_unknown", cell);
  }
  return index;
}

function scrollTo({ content }: NotebookPanel, index: number): void {
  void content.scrollToItem(index, "smart").catch(() => {}); // closed meanwhile
}
