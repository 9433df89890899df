import { Widget } from "@lumino/widgets";
import { Store } from "../../state/store";
import { dashboardIcon } from "./icon";
import type { Words } from "./words";

export const WIDGET = "jcw-dashboard";

/** The dashboard's place in the side area. What is in it is fetched when it is first seen. */
export class DashboardWidget extends Widget {
  /** Whether somebody sees it. */
  readonly shown = new Store(false);
  readonly #fill: (node: HTMLElement) => Promise<() => void>;
  readonly #words: Words;
  #filled: Promise<() => void> | null = null;

  /** @param fill fetches and makes what is in it; returns how to take that away */
  constructor(words: Words, fill: (node: HTMLElement) => Promise<() => void>) {
    super();
    this.#fill = fill;
    this.#words = words;
    this.id = WIDGET;
    this.addClass("jcw-dash-widget");
    this.title.icon = dashboardIcon;
    this.title.caption = words.title;
    this.node.dataset["jcw"] = "dashboard-widget";
  }

  override dispose(): void {
    if (!this.isDisposed) {
      void this.#filled?.then((empty) => empty());
      super.dispose();
    }
  }

  protected override onAfterShow(): void {
    this.#look();
  }

  protected override onAfterAttach(): void {
    this.#look();
  }

  protected override onAfterHide(): void {
    this.shown.update(() => false);
  }

  #look(): void {
    if (!this.isVisible) {
      return;
    }
    this.shown.update(() => true);
    if (this.#filled === null) {
      this.node.textContent = "";
      this.#filled = this.#fill(this.node);
      this.#filled.catch(() => {
        this.#filled = null; // the next look tries again
        this.node.textContent = this.#words.notLoaded;
      });
    }
  }
}
