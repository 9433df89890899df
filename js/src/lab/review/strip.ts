import type { NotebookPanel } from "@jupyterlab/notebook";
import { BoxLayout, Widget } from "@lumino/widgets";

/** A strip below a notebook's cells. It is as high as what is in it, and the cells have that much less room: it covers none of them. */
export class Strip extends Widget {
  /** What is in it is drawn here. */
  readonly inside = document.createElement("div");
  /** Once it has its place, and the cells have theirs. */
  readonly placed: Promise<void>;
  readonly #observer: ResizeObserver;

  constructor(panel: NotebookPanel) {
    super();
    this.addClass("jcw-review-strip");
    this.node.append(this.inside);
    BoxLayout.setStretch(this, 0);
    (panel.layout as BoxLayout).addWidget(this);
    let placed = () => {};
    this.placed = new Promise((settle) => {
      placed = settle;
    });
    this.#observer = new ResizeObserver(() => {
      this.#fit();
      requestAnimationFrame(placed); // the page is laid out when its messages are done
    });
    this.#observer.observe(this.inside);
  }

  override dispose(): void {
    this.#observer.disconnect();
    super.dispose();
  }

  #fit(): void {
    const height = `${Math.ceil(this.inside.getBoundingClientRect().height)}px`;
    if (this.node.style.minHeight !== height) {
      this.node.style.minHeight = height;
      this.parent?.fit();
    }
  }
}
