import { Blocks } from "./blocks";
import { onNextFrame } from "./frame";
import { Input, normalise } from "./input";

/** A place on the page that shows one markdown text, which may grow. */
export interface MarkdownView {
  /** Add text. It appears with one of the next frames; calling often costs nothing. */
  append(piece: string): void;
  /** Let the text be `whole`. What agrees with the text so far is not drawn again. */
  replace(whole: string): void;
  /** Nothing will follow: draw what waits; where it is long (over 2000 characters), over the next frames. */
  finish(): void;
  /** Stop. What is drawn stays on the page. */
  dispose(): void;
}

/** Characters drawn at once: well under 50 ms on a slow machine, even the first time, with nothing compiled yet. */
const SLICE = 2_000;
/** Characters of an open block for each of which one frame is left out. */
const PAUSE_LENGTH = 4_000;

/**
 * Show markdown in `el`, whose content becomes the view's. While text may follow, `el` is marked as busy for
 * assistive technology.
 * @param options `streaming: false`: each `replace` is the whole text and finishes at once. Default true.
 */
export function createMarkdown(el: HTMLElement, options: { streaming?: boolean } = {}): MarkdownView {
  return new View(el, options.streaming ?? true);
}

class View implements MarkdownView {
  private readonly input = new Input();
  private readonly blocks: Blocks;
  private state: "open" | "finishing" | "finished" | "disposed" = "open";
  private cancelFrame: (() => void) | undefined;
  /** Frames to let pass before the next one is drawn. */
  private pause = 0;

  constructor(
    private readonly el: HTMLElement,
    private readonly streaming: boolean,
  ) {
    el.replaceChildren();
    el.classList.add("jcw-md");
    el.classList.toggle("jcw-md-live", streaming); // somebody watches it being written
    this.blocks = new Blocks(el);
    this.setBusy(streaming);
  }

  append(piece: string): void {
    if (this.state === "disposed") return;
    if (this.state !== "open") this.reopen();
    this.input.push(piece);
    this.requestFrame();
  }

  replace(whole: string): void {
    if (this.state === "disposed") return;
    const text = normalise(whole);
    const present = this.blocks.text + this.input.text;
    if (text !== present) {
      if (this.state !== "open") this.reopen();
      const common = commonLength(text, this.blocks.text);
      const kept = common < this.blocks.text.length ? this.blocks.rewind(common) : common;
      this.input.reset(text.slice(kept));
      this.requestFrame();
    }
    if (!this.streaming) this.finish();
  }

  finish(): void {
    if (this.state !== "open") return;
    this.state = "finishing";
    this.input.end();
    this.advance();
  }

  dispose(): void {
    this.stopFrame();
    this.state = "disposed";
  }

  /** After the end, what was closed because nothing followed is open again: take it all from the start. */
  private reopen(): void {
    if (this.state === "finished") {
      this.input.reset(this.blocks.text);
      this.blocks.rewind(0);
    }
    this.state = "open";
    this.setBusy(true);
  }

  private requestFrame(): void {
    this.cancelFrame ??= onNextFrame(() => {
      this.cancelFrame = undefined;
      if (this.state === "open" && this.pause-- > 0) this.requestFrame();
      else this.advance();
    });
  }

  /** Draw one slice of what waits, and ask for a frame to draw the next. */
  private advance(): void {
    // An open block is drawn anew with each slice: where it is longer than one (a list of thousands of items), as much
    // again costs little more, and is far from drawing it once for every slice.
    this.blocks.take(this.input.take(Math.max(SLICE, this.blocks.openLength)));
    // A block this long (a table of hundreds of rows) costs milliseconds each time: draw it less often.
    this.pause = Math.floor(this.blocks.openLength / PAUSE_LENGTH);
    if (this.input.length > 0) this.requestFrame();
    else if (this.state === "finishing") this.end();
  }

  private stopFrame(): void {
    this.cancelFrame?.();
    this.cancelFrame = undefined;
  }

  private end(): void {
    this.stopFrame();
    this.blocks.finish();
    this.state = "finished";
    this.setBusy(false);
  }

  private setBusy(busy: boolean): void {
    if (busy) this.el.setAttribute("aria-busy", "true");
    else this.el.removeAttribute("aria-busy");
  }
}

/** How many characters two texts have in common from their start. */
function commonLength(one: string, other: string): number {
  const end = Math.min(one.length, other.length);
  let length = 0;
  while (length < end && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  return length;
}
