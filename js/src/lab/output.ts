import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { JSONExt, type ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { Panel, Widget } from "@lumino/widgets";
import type { HostRequests } from "../host";
import { type Excerpt, readExcerpt } from "./excerpt";
import { LiveView, VIEW, viewIn } from "./live";
import type { Place } from "./place";

/** What `%claude` shows itself as; its form is described in the server's EXCERPT.md. */
export const MIME = "application/vnd.jupyter-claude-workspace.transcript+json";

/**
 * The output of `%claude`. While the widget lives, its view; otherwise what was kept of the conversation, which needs no
 * kernel, runs nothing of the notebook's, and sends nothing.
 */
export class ConversationOutput extends Panel implements IRenderMime.IRenderer {
  readonly #place: Place;
  readonly #kept = new Widget();
  readonly #ignoreKernels: () => void;
  #model: IRenderMime.IMimeModel | null = null;
  #drawn: Excerpt | null = null;
  #live: LiveView | null = null;
  #continued = false;
  #undraw: (() => void) | null = null;

  constructor(place: Place) {
    super();
    this.#place = place;
    this.addClass("jcw-output");
    this.addWidget(this.#kept);
    this.#kept.node.dataset["jcw"] = "kept";
    this.#ignoreKernels = place.onKernel(() => this.#show());
    this.node.addEventListener("jcw:transcript", this.#onTranscript);
    this.node.addEventListener("jcw:insert-cell", this.#onInsertCell);
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#model = model;
    this.#show();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.#ignoreKernels();
      this.#live?.dispose();
      this.#undraw?.();
      super.dispose();
    }
  }

  #show(): void {
    const model = this.#model;
    if (model === null || this.isDisposed || this.#continued) {
      return;
    }
    const excerpt = readExcerpt(model.data[MIME]);
    const view = viewIn(model.data[VIEW]);
    // Another kernel than the one that made the output cannot have its widget; what a saved widget state says is not asked.
    const alive = model.trusted && view !== "" && excerpt.kernel === this.#place.kernel && excerpt.kernel !== "";
    if (alive && this.#live?.view !== view) {
      this.#live?.dispose();
      this.#live = new LiveView(this.#place, view, { onShown: () => this.#swap(), onGone: () => this.#gone() });
      this.addWidget(this.#live);
    }
    this.#draw(excerpt);
  }

  /** Exactly one of the two is to be seen: the widget as soon as it is there, or while nothing was kept. */
  #swap(): void {
    const shown = this.#live !== null && (this.#live.shown || this.#drawn?.frames.length === 0);
    this.#live?.setHidden(!shown);
    this.#kept.setHidden(shown);
  }

  #gone(): void {
    this.#live?.dispose();
    this.#live = null;
    this.#drawn = null; // what is kept has grown while the widget was shown
    this.#draw(readExcerpt(this.#model?.data[MIME]));
  }

  #draw(excerpt: Excerpt): void {
    if (this.#live?.shown || JSONExt.deepEqual(asJson(this.#drawn), asJson(excerpt))) {
      this.#swap();
      return;
    }
    this.#drawn = excerpt;
    this.#swap();
    if (this.#live === null || excerpt.frames.length > 0) {
      void this.#drawKept(excerpt);
    }
  }

  async #drawKept(excerpt: Excerpt): Promise<void> {
    const { drawExcerpt } = await import("./drawn"); // most notebooks never show one
    if (this.isDisposed || this.#drawn !== excerpt) {
      return;
    }
    this.#undraw?.();
    this.#undraw = drawExcerpt(this.#kept.node, excerpt, this.#place.notebook, () => {
      this.#continued = true;
    });
  }

  readonly #onTranscript = (event: Event): void => {
    const model = this.#model;
    if (model === null || !(event instanceof CustomEvent)) {
      return;
    }
    event.preventDefault();
    const asked = event.detail as HostRequests["transcript"] | null;
    const old = model.data[MIME] as ReadonlyPartialJSONObject | undefined;
    if (asked === null || this.isDisposed) {
      return;
    }
    const data = { ...(asked.data as ReadonlyPartialJSONObject), kernel: old?.["kernel"] ?? "" };
    if (!JSONExt.deepEqual(asJson(old), data) || model.data["text/markdown"] !== asked.markdown) {
      model.setData({ data: { ...model.data, [MIME]: data, "text/markdown": asked.markdown } });
    }
  };

  readonly #onInsertCell = (event: Event): void => {
    event.preventDefault();
    if (event instanceof CustomEvent && event.detail !== null) {
      this.#place.insertCell(this.node, event.detail as HostRequests["insert-cell"]);
    }
  };
}

function asJson(value: unknown): ReadonlyPartialJSONObject {
  return (value ?? {}) as ReadonlyPartialJSONObject;
}
