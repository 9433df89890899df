import type { Cell, CodeCellModel } from "@jupyterlab/cells";
import type { IError } from "@jupyterlab/nbformat";

/** The last error among the outputs of a cell that is there; null where it has none. */
export function failure({ model }: Cell): IError | null {
  if (model.type !== "code") {
    return null;
  }
  const { outputs } = model as CodeCellModel;
  for (let index = outputs.length - 1; index >= 0; index--) {
    const output = outputs.get(index);
    if (output.type === "error") {
      return output.toJSON() as IError;
    }
  }
  return null;
}
