import { CodeBlock } from "./code";
import { type Code, type Drawing, SLOT_SELECTOR } from "./html";
import { readingStrings as strings } from "../strings/reading";
import { watchOverflow } from "./overflow";
import { sanitize } from "./sanitize";
import { Typesetting } from "./typeset";

/** One top-level block on the page. Drawing it again touches only what differs. */
export class Block {
  readonly element = document.createElement("div");
  /** Offset in the source behind the block and the blank lines that follow it; known once it is closed. */
  end = 0;
  private html = "";
  private codes: CodeBlock[] = [];
  private bodies: string[] = [];
  private readonly mathematics = new Typesetting(this.element);

  constructor() {
    this.element.className = "jcw-md-block";
    this.element.dir = "auto";
  }

  /**
   * @param closed nothing will be added to the block. Otherwise the last line of its last code may be a part of one,
   *   and does not count as complete.
   */
  show({ html, codes, bodies, openMath }: Drawing, closed: boolean): void {
    if (html !== this.html || !this.holds(codes)) this.place(html, codes);
    this.showBodies(bodies);
    this.mathematics.update(openMath && !closed);
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
    this.bodies = [];
    this.mathematics.isDone = false;
    for (const box of this.element.querySelectorAll<HTMLElement>(".jcw-md-table")) {
      watchOverflow(box, box.firstElementChild as HTMLElement, strings.table);
    }
  }

  /** Draw the rows of a table that is the whole block, where they differ from those that are there. */
  private showBodies(bodies: readonly string[]): void {
    if (bodies.length === 0 && this.bodies.length === 0) return;
    const table = this.element.querySelector("table") as HTMLTableElement;
    bodies.forEach((html, index) => {
      if (html === this.bodies[index]) return;
      const body = sanitize(`<table>${html}</table>`).querySelector("tbody") as Element;
      const present = table.tBodies[index];
      if (present) present.replaceWith(body);
      else table.append(body);
      this.mathematics.isDone = false;
    });
    for (const rest of [...table.tBodies].slice(bodies.length)) rest.remove();
    this.bodies = [...bodies];
  }
}
