import { CodeBlock } from "./code";
import { type Code, type Drawing, SLOT_SELECTOR } from "./html";
import { sanitize } from "./sanitize";

/** One top-level block on the page. Drawing it again touches only what differs. */
export class Block {
  readonly element = document.createElement("div");
  /** Offset in the source behind the block and the blank lines that follow it; known once it is closed. */
  end = 0;
  private html = "";
  private codes: CodeBlock[] = [];

  constructor() {
    this.element.className = "jcw-md-block";
  }

  /**
   * @param closed nothing will be added to the block. Otherwise the last line of its last code may be a part of one,
   *   and does not count as complete.
   */
  show({ html, codes }: Drawing, closed: boolean): void {
    if (html !== this.html || !this.holds(codes)) this.place(html, codes);
    codes.forEach((code, index) => {
      const text = code.complete || closed ? code.text : code.text.replace(/\n$/, "");
      this.codes[index]?.show({ ...code, text, complete: code.complete || closed });
    });
  }

  private holds(codes: readonly Code[]): boolean {
    return codes.length === this.codes.length && codes.every((code, i) => code.language === this.codes[i]?.language);
  }

  /** Draw all but the code, and move the code blocks that stay into their new slots: they may be long. */
  private place(html: string, codes: readonly Code[]): void {
    this.codes = codes.map(({ language }, index) => {
      const present = this.codes[index];
      return present?.language === language ? present : new CodeBlock(language);
    });
    const fragment = sanitize(html);
    const slots = fragment.querySelectorAll(SLOT_SELECTOR);
    this.codes.forEach((code, index) => {
      slots[index]?.replaceWith(code.element);
    });
    this.element.replaceChildren(fragment);
    this.html = html;
  }
}
