import { Widget } from "@lumino/widgets";
import { claudeIcon } from "./icon";
import type { Seat } from "./seat";
import type { LabTexts } from "./texts";

const AWAY_MS = 60_000;

/** A tab of the main area in which an agent is made. While nobody looks at it, it holds no connection. */
export class Interview extends Widget {
  readonly #notLoaded: string;
  readonly #seat: () => Promise<Seat>;
  #shown: Promise<Seat> | null = null;
  #away: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param texts the tab's title, and what to say where the panel does not come
   * @param seat fetches and makes the panel
   */
  constructor(
    readonly session: string,
    { newAgent: title, notLoaded }: LabTexts,
    seat: () => Promise<Seat>,
  ) {
    super();
    this.#notLoaded = notLoaded;
    this.#seat = seat;
    this.id = `jcw-interview-${session}`;
    this.addClass("jcw-interview");
    this.title.label = title;
    this.title.icon = claudeIcon;
    this.title.closable = true;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.#leave();
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
    this.#away = setTimeout(() => this.#leave(), AWAY_MS);
  }

  protected override onActivateRequest(): void {
    this.#shown?.then((seat) => seat.focus()).catch(() => {}); // what is wrong is said already
  }

  #look(): void {
    clearTimeout(this.#away);
    if (this.isVisible && this.#shown === null) {
      this.#shown = this.#seat();
      this.#shown.then(
        (seat) => this.isDisposed || this.node.replaceChildren(seat.element),
        () => {
          this.#shown = null; // the next look tries again
          this.node.textContent = this.#notLoaded;
        },
      );
    }
  }

  #leave(): void {
    clearTimeout(this.#away);
    this.#shown?.then((seat) => seat.dispose()).catch(() => {});
    this.#shown = null;
  }
}
