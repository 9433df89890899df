import { type Colour, colourOf, whenColoured } from "./colour";
import { sanitize } from "./sanitize";

/** Lines of one slab. Small enough to colour within a frame, large enough that their number stays small. */
const SLAB_LINES = 32;
/** Lines after which a slab ends even in the midst of a string or comment. */
const LONGEST_SLAB = 8 * SLAB_LINES;

/** Lines that are not coloured for good. */
interface Plain {
  /** What is not tinted of them, behind what is. */
  text: Text;
  element: HTMLElement;
  lines: number;
  /** The lines whose colours may still change. */
  tinted: string;
}

/**
 * Lines of code on the page, in slabs.
 *
 * Growing costs only what is new: what arrives is text in slabs of 32 lines; complete ones are coloured once, from the
 * first on, and never touched again. Where slabs end depends on the text alone, not on how or when it arrived. The lines
 * of the slab that grows are tinted meanwhile: coloured by what is known so far.
 */
export class Slabs {
  private text = "";
  private complete = false;
  /** Length of the text in coloured slabs. */
  private coloured = 0;
  /** Lines at which the next slab to colour is tried for an end. */
  private slabLines = SLAB_LINES;
  /** What is not coloured. */
  private plain: Plain[] = [];
  private isWaiting = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly language: string,
  ) {}

  /** Show `text`; what agrees with the text already shown is kept. */
  show(text: string, complete: boolean): void {
    if (text === this.text && complete === this.complete) return;
    const kept = this.complete && text !== this.text ? 0 : this.keep(text);
    if (kept === 0) this.clear();
    this.text = text;
    this.complete = complete;
    this.append(text.slice(kept));
    this.colour();
    this.tint();
  }

  /** @returns how much of what is shown stays; the rest is taken away. */
  private keep(text: string): number {
    if (text.startsWith(this.text)) return this.text.length;
    if (!text.startsWith(this.text.slice(0, this.coloured))) return 0;
    for (const { element } of this.plain.splice(0)) element.remove();
    return this.coloured;
  }

  private clear(): void {
    this.root.replaceChildren();
    this.plain = [];
    this.coloured = 0;
    this.slabLines = SLAB_LINES;
  }

  private append(added: string): void {
    for (let at = 0; at < added.length; ) {
      let slab = this.plain.at(-1);
      if (!slab || slab.lines === SLAB_LINES) {
        slab = { text: document.createTextNode(""), element: this.createSlab(), lines: 0, tinted: "" };
        slab.element.append(slab.text);
        this.root.append(slab.element);
        this.plain.push(slab);
      }
      const { end, lines } = takeLines(added, at, SLAB_LINES - slab.lines);
      slab.text.appendData(added.slice(at, end));
      slab.lines += lines;
      at = end;
    }
  }

  /** Colour what is complete, at once or when it can be. */
  private colour(): void {
    if (this.isWaiting || this.coloured === this.text.length) return;
    const colour = colourOf(this.language);
    if (colour === "later") {
      this.isWaiting = true;
      whenColoured(this.language, () => {
        this.isWaiting = this.colourNext();
        return this.isWaiting;
      });
    } else if (colour) {
      while (this.colourNext(colour));
    }
  }

  /** Tint the complete lines of what grows, unless somebody selects in it: the selection would be lost. */
  private tint(): void {
    const [slab, another] = this.plain;
    const end = slab ? slab.text.data.lastIndexOf("\n") + 1 : 0;
    const colour = end > 0 && colourOf(this.language);
    if (!slab || another || typeof colour !== "function" || isSelected(slab.element)) return;
    const lines = slab.tinted + slab.text.data.slice(0, end);
    const html = colour(lines);
    if (html === undefined) return;
    slab.tinted = lines;
    slab.text.deleteData(0, end);
    slab.element.replaceChildren(sanitize(html), slab.text);
  }

  /** @returns whether there may be more to colour. */
  private colourNext(colour = colourOf(this.language)): boolean {
    if (typeof colour !== "function") return false;
    const { end, lines } = takeLines(this.text, this.coloured, this.slabLines);
    if (lines < this.slabLines) {
      if (this.complete && end > this.coloured) this.colourSlab(end, colour, false);
      return false;
    }
    const ended = this.colourSlab(end, colour, this.slabLines < LONGEST_SLAB);
    this.slabLines = ended ? SLAB_LINES : this.slabLines + SLAB_LINES;
    return true;
  }

  /**
   * Make the text up to `end` a coloured slab.
   * @param onlyBetweenTokens do not where `end` lies within a string or a comment: the next slab, which is coloured
   *   by itself, would take the rest for code.
   * @returns whether the slab ended.
   */
  private colourSlab(end: number, colour: Colour, onlyBetweenTokens: boolean): boolean {
    const text = this.text.slice(this.coloured, end);
    const html = colour(text);
    if (onlyBetweenTokens && html?.endsWith(">")) return false;
    this.takePlain(text.length).replaceChildren(html === undefined ? text : sanitize(html));
    this.coloured = end;
    return true;
  }

  /** Take so many characters of plain text away from the front; returns an element in their place. */
  private takePlain(length: number): HTMLElement {
    const first = this.plain[0];
    if (first?.tinted) {
      first.text.insertData(0, first.tinted);
      first.tinted = "";
      first.element.replaceChildren(first.text);
    }
    if (first?.text.length === length) {
      this.plain.shift();
      return first.element;
    }
    const element = this.createSlab();
    this.root.insertBefore(element, first?.element ?? null);
    let left = length;
    for (let slab = first; slab && left > 0; slab = this.plain[0]) {
      const taken = Math.min(left, slab.text.length);
      left -= taken;
      if (taken < slab.text.length) {
        slab.text.deleteData(0, taken);
        slab.lines = slab.text.data.split("\n").length - 1;
      } else {
        slab.element.remove();
        this.plain.shift();
      }
    }
    return element;
  }

  private createSlab(): HTMLElement {
    const slab = document.createElement("span");
    slab.className = "jcw-md-slab";
    return slab;
  }
}

function isSelected(element: Element): boolean {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && selection.getRangeAt(0).intersectsNode(element);
}

/** Up to `most` lines from `start`: the offset behind them, and how many of them are complete. */
function takeLines(text: string, start: number, most: number): { end: number; lines: number } {
  let end = start;
  for (let lines = 0; lines < most; lines++) {
    const newline = text.indexOf("\n", end);
    if (newline < 0) return { end: text.length, lines };
    end = newline + 1;
  }
  return { end, lines: most };
}
