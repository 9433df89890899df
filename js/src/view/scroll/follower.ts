const NEAR = 32;

/** Keeps the newest in view for a reader who is at the end, and leaves alone a reader who is not. */
export class Follower {
  readonly #scroller: HTMLElement;
  following = true;
  /** The view as it was last known, so that nobody needs to lay the page out to know it. */
  top: number;
  height: number;
  #end: number; // when the content was last laid out

  constructor(scroller: HTMLElement) {
    this.#scroller = scroller;
    this.top = scroller.scrollTop;
    this.height = scroller.clientHeight;
    this.#end = this.#endNow();
  }

  scrolled(): void {
    // Whatever grows or shrinks moves the end, and may move the view with it. Only a way up that the content does not
    // explain is the reader's wish, however short it is; and so is a way down that ends near the end.
    const now = this.#scroller.scrollTop;
    const resized = this.#scroller.clientHeight !== this.height; // a higher view pushes itself up, and is then laid out
    const up = !resized && this.top - now > 1 && now < Math.min(this.#end, this.#endNow()) - 1;
    if (up) {
      this.following = false;
    } else if (this.#endNow() - now < NEAR && now >= this.top) {
      this.following = true;
    }
    this.top = now;
  }

  /** Sizes changed. Returns whether there is anything to see: a hidden panel has no sizes. */
  laidOut(): boolean {
    this.height = this.#scroller.clientHeight;
    this.#end = this.#endNow();
    if (this.following) {
      this.#scroller.scrollTop = this.#end;
    }
    return this.height > 0;
  }

  toEnd(): void {
    this.following = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.top = this.#scroller.scrollTop;
  }

  /** Go elsewhere; null: stay where the view is, but follow no more. */
  leave(top: number | null): void {
    this.following = false;
    if (top !== null) {
      this.#scroller.scrollTop = top;
      this.top = this.#scroller.scrollTop;
    }
  }

  #endNow(): number {
    return this.#scroller.scrollHeight - this.#scroller.clientHeight;
  }
}
