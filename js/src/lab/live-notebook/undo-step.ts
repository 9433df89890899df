import type { ISharedCell, ISharedNotebook } from "@jupyter/ydoc";

/** What is used of Yjs' undo manager, which the shared models have and do not declare. */
interface History {
  readonly undoStack: StackItem[];
  readonly redoStack: StackItem[];
  stopCapturing(): void;
  undo(): unknown;
  redo(): unknown;
  on(event: "stack-item-popped", heard: (event: { stackItem: StackItem; type: "undo" | "redo" }) => void): void;
}

interface StackItem {
  readonly meta: Map<unknown, unknown>;
}

const STEP = Symbol("one step of undo");
const followed = new WeakSet<History>();

/**
 * What is one step for the person. Lab keeps a history for the list of cells and one for each cell's text; a step may have
 * a part in several of them, and undo of one part takes back the others, as far as nothing was changed there since.
 *
 * One change must never be in two histories: undo in both, with a redo in between, would lose text.
 */
export class UndoStep {
  readonly #parts = new Set<History>();
  readonly #around: (change: () => void) => void;
  #busy = false;

  /** @param around does what it is given, and sees to what else it takes; also long after this step was made */
  constructor(around: (change: () => void) => void) {
    this.#around = around;
  }

  /** Do `change` as a part of this step, apart from what was typed just before and after. */
  add(model: ISharedNotebook | ISharedCell, change: () => void): void {
    const history = (model as { undoManager?: History | null }).undoManager;
    if (!history) {
      model.transact(change);
      return;
    }
    if (!this.#parts.has(history)) {
      history.stopCapturing();
    }
    const before = history.undoStack.at(-1);
    model.transact(change);
    const made = history.undoStack.at(-1);
    if (made !== undefined && made !== before) {
      made.meta.set(STEP, this);
      this.#parts.add(history);
      follow(history);
    }
  }

  /** Nothing that comes belongs to it any more. */
  end(): void {
    for (const history of this.#parts) {
      history.stopCapturing();
    }
  }

  /** One part was taken back, or done again: so are the others, where they are next in their histories. */
  popped(from: History, type: "undo" | "redo"): void {
    topOf(from, type === "undo" ? "redo" : "undo")?.meta.set(STEP, this);
    const others = [...this.#parts].filter((history) => history !== from && topOf(history, type)?.meta.get(STEP) === this);
    if (!this.#busy && others.length > 0) {
      this.#busy = true;
      this.#around(() => others.forEach((history) => void history[type]()));
      this.#busy = false;
    }
  }
}

function topOf(history: History, type: "undo" | "redo"): StackItem | undefined {
  return (type === "undo" ? history.undoStack : history.redoStack).at(-1);
}

function follow(history: History): void {
  if (!followed.has(history)) {
    followed.add(history);
    history.on("stack-item-popped", ({ stackItem, type }) => {
      const step = stackItem.meta.get(STEP);
      if (step instanceof UndoStep) {
        step.popped(history, type);
      }
    });
  }
}
