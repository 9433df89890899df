import type { CodeCell } from "@jupyterlab/cells";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";

const QUIET_MS = 5_000; // since the person did something in the notebook
const DEEDS = ["wheel", "touchmove", "pointerdown", "keydown"];
const EDITABLE = "input, textarea, select, [contenteditable=true]";

/** Lets the view of a notebook follow what Claude runs in it, for as long as the person does nothing there themselves. */
export class Followers {
  readonly #busy = new WeakMap<NotebookPanel, number>(); // when the person last did something

  constructor(tracker: INotebookTracker) {
    tracker.forEach((panel) => void this.#watch(panel));
    tracker.widgetAdded.connect((_tracker, panel) => this.#watch(panel));
  }

  /** Call what is returned with each cell that ran: its output comes into sight. The person's active cell stays theirs. */
  follow(panel: NotebookPanel): (ran: CodeCell) => Promise<void> {
    const began = performance.now();
    let newest: CodeCell | null = null;
    return async (ran) => {
      newest = ran;
      await drawn(ran);
      if (newest === ran && !ran.isDisposed && ran.model.outputs.length > 0 && this.#follows(panel, began)) {
        await show(panel, ran);
      }
    };
  }

  /** What is done in a proposal of Claude's, or in a conversation, is no work in the notebook. */
  #watch(panel: NotebookPanel): void {
    const { node } = panel;
    const note = ({ target }: Event) => {
      if (!(target instanceof Element && target.closest(".jcw-panel"))) {
        this.#busy.set(panel, performance.now());
      }
    };
    for (const deed of DEEDS) {
      node.addEventListener(deed, note, { capture: true, passive: true });
    }
  }

  #follows(panel: NotebookPanel, began: number): boolean {
    const { isDisposed, isVisible, node } = panel;
    if (isDisposed || !isVisible || (this.#busy.get(panel) ?? -QUIET_MS) > began - QUIET_MS) {
      return false;
    }
    const focused = document.activeElement;
    const writes = focused !== null && node.contains(focused) && focused.matches(EDITABLE);
    const selected = document.getSelection();
    const selects = selected !== null && !selected.isCollapsed && node.contains(selected.anchorNode);
    return !writes && !selects;
  }
}

/** A hidden page draws nothing: it follows when it is looked at. */
async function drawn({ node }: CodeCell): Promise<void> {
  await nextFrame();
  await nextFrame();
  await Promise.all([...node.querySelectorAll("img")].map((picture) => picture.decode().catch(() => {}))); // broken ones too have their room
}

function nextFrame(): Promise<unknown> {
  return new Promise((settle) => requestAnimationFrame(settle));
}

/** The whole cell where there is room for it, else its output. */
async function show({ content }: NotebookPanel, cell: CodeCell): Promise<void> {
  if (!cell.node.checkVisibility()) {
    // Far away it is not in the page or, with some outputs and in JupyterLab 4.2, only hidden.
    await content.scrollToItem(content.widgets.indexOf(cell), "smart").catch(() => {}); // closed meanwhile
  }
  const fits = cell.node.offsetHeight <= content.outerNode.clientHeight;
  (fits ? cell.node : cell.outputArea.node).scrollIntoView({ block: "nearest" });
}
