import type { CellChange } from "../../protocol/frames.gen";

/** Texts of what tools did to cells. */
export const cellStrings = {
  actions: { insert: "New cell", replace: "Changed cell", delete: "Deleted cell", move: "Moved cell" } satisfies Record<CellChange["action"], string>,
  types: { code: "", markdown: "Markdown", raw: "Raw" } satisfies Record<CellChange["cell_type"], string>,
  proposed: "Proposed",
  landed: "Done",
  rejected: "Rejected",
  edited: "Accepted with changes of yours",
  undone: "Not done",
  late: {
    changed: "You changed this cell meanwhile: it stays as you wrote it. Claude was shown it.",
    gone: "You deleted this cell meanwhile. Claude was told.",
    place: "The cell that this was to follow is gone. Claude was told.",
  },
  goTo: "Go to this cell",
  noSuchCell: "The notebook has no such cell any more.",
  emptyCell: "An empty cell.",
  same: "The source stays as it is.",
  states: {
    waiting: "Waits",
    running: "Runs",
    input: "Waits for input",
    ok: "Done",
    error: "Failed",
    interrupted: "Interrupted",
    aborted: "Not run",
    lost: "Lost",
  } as Readonly<Record<string, string>>,
  kernel: { restarted: "The kernel was restarted meanwhile.", died: "The kernel died meanwhile." } as Readonly<Record<string, string>>,
  goesOn: "It goes on running.",
  scratch: "Code outside of the notebook",
};
