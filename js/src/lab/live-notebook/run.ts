import { type Cell, CodeCell, MarkdownCell } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { modelOf } from "./read";
import { Refusal } from "./refusal";

/** A cell, and the source that it must have. */
export interface CellToRun {
  cell: string;
  source: string;
}

interface Ended {
  status: "ok" | "error" | "aborted";
  cell: string;
}

/**
 * Run cells one after another, as Lab does; to the end, or to the first that fails.
 *
 * @param running told of each cell when it is sent to the kernel, with the message's id
 * @param ran told of each cell when it is done
 * @throws Refusal before anything ran; `not_open` also when the notebook is closed in mid-run: the kernel goes on then
 */
export async function run(
  panel: NotebookPanel,
  cells: readonly CellToRun[],
  signal: AbortSignal,
  running: (cell: string, msgId: string) => void,
  ran: (cell: CodeCell) => unknown,
): Promise<Ended> {
  for (const each of cells) {
    check(panel, each);
  }
  if (!panel.sessionContext.session?.kernel) {
    throw new Refusal("no_kernel");
  }
  for (const { cell, source } of cells) {
    const widget = widgetOf(panel, cell);
    if (signal.aborted || widget?.model.sharedModel.getSource() !== source) {
      return { status: "aborted", cell }; // changed or gone while the one before it ran
    }
    const status = await runOne(panel, widget, (msgId) => running(cell, msgId));
    if (widget instanceof CodeCell) {
      ran(widget);
    }
    if (status !== "ok") {
      modelOf(panel);
      return { status, cell };
    }
  }
  return { status: "ok", cell: cells.at(-1)?.cell ?? "" };
}

function check(panel: NotebookPanel, { cell, source }: CellToRun): void {
  modelOf(panel);
  const found = widgetOf(panel, cell)?.model.sharedModel.getSource();
  if (found === undefined) {
    throw new Refusal("cell_unknown", cell);
  }
  if (found !== source) {
    throw new Refusal("cell_changed", cell);
  }
}

function widgetOf({ isDisposed, content }: NotebookPanel, cell: string): Cell | undefined {
  return isDisposed ? undefined : content.widgets.find(({ model }) => model.sharedModel.getId() === cell);
}

async function runOne({ content, sessionContext }: NotebookPanel, cell: Cell, sent: (msgId: string) => void): Promise<Ended["status"]> {
  if (cell instanceof MarkdownCell && !cell.editor?.hasFocus()) {
    cell.rendered = true;
  }
  if (!(cell instanceof CodeCell)) {
    return "ok";
  }
  const deletedCells = content.model?.deletedCells ?? [];
  try {
    const done = CodeCell.execute(cell, sessionContext, { deletedCells, recordTiming: content.notebookConfig.recordTiming });
    const msgId = cell.outputArea.future?.msg.header.msg_id;
    if (msgId !== undefined) {
      sent(msgId);
    }
    const reply = await done;
    deletedCells.splice(0, deletedCells.length);
    return statusOf(reply ? reply.content.status : "ok", cell);
  } catch {
    return "aborted"; // the kernel was restarted or died, or the cell was deleted or its notebook closed
  }
}

function statusOf(status: string, cell: CodeCell): Ended["status"] {
  const tags = cell.model.getMetadata("tags");
  const mayFail = Array.isArray(tags) && tags.includes("raises-exception");
  if (status === "ok" || (status === "error" && mayFail)) {
    return "ok";
  }
  return status === "error" ? "error" : "aborted";
}
