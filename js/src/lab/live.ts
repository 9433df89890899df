import { MimeModel } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Panel } from "@lumino/widgets";
import type { Place } from "./place";

/** ipywidgets' type of a widget's view. */
export const VIEW = "application/vnd.jupyter.widget-view+json";

const LOOK_MS = 100;

/** The id of the widget's model in an output's data; empty where there is none. */
export function viewIn(data: unknown): string {
  const id = typeof data === "object" && data !== null && "model_id" in data ? data.model_id : "";
  return typeof id === "string" ? id : "";
}

interface Events {
  /** The widget can be seen. */
  onShown(): void;
  /** There is no such widget, or not any more. */
  onGone(): void;
}

/**
 * A widget's view, drawn by ipywidgets' renderer. That one tells nobody how it fares, so it is looked at until the view is
 * there; and one that was made before the notebook had its kernel never learns of it, so it is then made anew.
 */
export class LiveView extends Panel {
  shown = false;
  readonly #place: Place;
  readonly #events: Events;
  readonly #timer: ReturnType<typeof setInterval>;
  #factory: IRenderMime.IRendererFactory | undefined;
  #renderer: Panel | null = null;

  constructor(
    place: Place,
    readonly view: string,
    events: Events,
  ) {
    super();
    this.#place = place;
    this.#events = events;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  override dispose(): void {
    clearInterval(this.#timer);
    super.dispose();
  }

  #look(): void {
    const factory = this.#place.rendermime.getFactory(VIEW);
    if (factory !== this.#factory) {
      this.#factory = factory;
      this.#renderer?.dispose();
      this.#renderer = factory === undefined ? null : this.#render();
      return;
    }
    const drawn = this.#renderer?.widgets[0];
    if (drawn !== undefined) {
      clearInterval(this.#timer);
      this.shown = true;
      drawn.disposed.connect(() => this.#gone());
      this.#events.onShown();
    } else if (this.#renderer?.hasClass("jupyter-widgets")) {
      this.#gone(); // so it marks its message that there is no such widget
    }
  }

  #render(): Panel {
    const renderer = this.#place.rendermime.createRenderer(VIEW) as IRenderMime.IRenderer & Panel;
    this.addWidget(renderer); // first: the view is to find itself in the page
    void renderer.renderModel(new MimeModel({ data: { [VIEW]: { model_id: this.view } }, trusted: true }));
    return renderer;
  }

  #gone(): void {
    clearInterval(this.#timer);
    if (!this.isDisposed) {
      this.#events.onGone();
    }
  }
}
