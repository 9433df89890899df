import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { modelOf } from "./read";
import { Refusal } from "./refusal";

/** Bring the notebook to the front and a cell of it into view. The person's active cell stays theirs. */
export function reveal(app: JupyterFrontEnd, panel: NotebookPanel, cell: string): Record<string, never> {
  const index = modelOf(panel).sharedModel.cells.findIndex((each) => each.getId() === cell);
  if (index < 0) {
    throw new Refusal("cell_unknown", cell);
  }
  app.shell.activateById(panel.id);
  void panel.content.scrollToItem(index, "smart").catch(() => {}); // closed meanwhile
  return {};
}
