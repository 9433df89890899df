import type { INotebookContent } from "@jupyterlab/nbformat";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { INotebookModel } from "@jupyterlab/notebook";
import { Refusal } from "./refusal";

/** The document as nbformat 4.5 has it, every cell with its id, whatever the file's version. */
export function read(panel: NotebookPanel): INotebookContent {
  const { sharedModel } = modelOf(panel);
  const cells = sharedModel.cells.map((cell) => ({ ...cell.toJSON(), id: cell.getId() }));
  return { cells, metadata: sharedModel.getMetadata(), nbformat: 4, nbformat_minor: 5 };
}

/** @throws Refusal where the notebook was closed. */
export function modelOf(panel: NotebookPanel): INotebookModel {
  const model = panel.isDisposed ? null : panel.content.model;
  if (model === null || model.isDisposed) {
    throw new Refusal("not_open");
  }
  return model;
}
