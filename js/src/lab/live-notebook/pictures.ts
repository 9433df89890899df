import { CodeCell } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IOutputModel } from "@jupyterlab/rendermime";
import { modelOf } from "./read";
import { Refusal } from "./refusal";
import { look, snapshot } from "./snapshot";

const LOOK_MS = 100;
const RASTER = ["image/png", "image/jpeg"];

/**
 * An output of a cell: its place, the MIME types by which it is known to be the one that is meant, and how long it is
 * waited for while it is being drawn.
 */
export interface WantedPicture {
  index: number;
  kinds: string[];
  wait_ms: number;
}

/**
 * What outputs of a cell look like, as data URLs; null where one is not drawn, or is another by now.
 *
 * @throws Refusal where there is no such cell
 */
export async function pictures(
  panel: NotebookPanel,
  id: string,
  wanted: readonly WantedPicture[],
  signal: AbortSignal,
): Promise<(string | null)[]> {
  modelOf(panel);
  const cell = panel.content.widgets.find(({ model }) => model.sharedModel.getId() === id);
  if (cell === undefined) {
    throw new Refusal("cell_unknown", id);
  }
  if (!(cell instanceof CodeCell)) {
    return wanted.map(() => null);
  }
  return Promise.all(wanted.map((each) => pictureOf(cell, each, signal)));
}

async function pictureOf(cell: CodeCell, wanted: WantedPicture, signal: AbortSignal): Promise<string | null> {
  // In a page that nobody sees, timers are slow and nothing is drawn anew.
  const until = Date.now() + (document.hidden ? 0 : wanted.wait_ms);
  let before = "";
  for (;;) {
    const found = find(cell, wanted);
    if (found === null || found.own !== null) {
      return found?.own ?? null;
    }
    const now = look(found.node);
    const over = Date.now() >= until || signal.aborted;
    const picture = over || (now !== "" && now === before) ? await snapshot(found.node) : null;
    if (over || picture !== null) {
      return picture;
    }
    before = now;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Where an output is drawn, and the picture that it has already; null: it is not there. */
function find(cell: CodeCell, { index, kinds }: WantedPicture): { node: Element; own: string | null } | null {
  const model = cell.isDisposed ? undefined : (cell.model.outputs.get(index) as IOutputModel | undefined);
  const node = cell.outputArea.widgets[index]?.node;
  return model === undefined || node === undefined || !isMeant(model, kinds) ? null : { node, own: pictureIn(model) };
}

function isMeant({ data }: IOutputModel, kinds: readonly string[]): boolean {
  return kinds.length > 0 && kinds.every((kind) => Object.hasOwn(data, kind));
}

/** The picture that Lab's own renderer of Vega puts beside what it has drawn. */
function pictureIn({ data }: IOutputModel): string | null {
  const kind = RASTER.find((each) => typeof data[each] === "string");
  return kind === undefined ? null : `data:${kind};base64,${data[kind]}`;
}
