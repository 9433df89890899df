import { partIfLoaded } from "../../parts";
import { readingStrings as strings } from "../strings/reading";
import { Arrivals } from "./arrivals";
import { watchOverflow } from "./overflow";
import { sanitizeMath } from "./sanitize-math";

/** Formulas that are kept: a paragraph that grows is drawn again and again. */
const MOST_KEPT = 300;
const LONGEST_REASON = 300;

const typesetter = new Arrivals("math");

/** The mathematics of one block: TeX as it stands, until there is what typesets it. */
export class Typesetting {
  /** Nothing has been drawn since the last look. */
  isDone = true;
  private isWaiting = false;
  private exceptLast = false;

  constructor(private readonly root: HTMLElement) {}

  /**
   * Typeset what is there, now or when it can be.
   * @param exceptLast the last display mathematics is not complete.
   */
  update(exceptLast: boolean): void {
    if (this.isDone && exceptLast === this.exceptLast) return;
    this.exceptLast = exceptLast;
    this.isDone = true;
    if (this.isWaiting || !this.next()) return;
    if (partIfLoaded("math")) {
      while (this.typesetNext());
      return;
    }
    this.isWaiting = true;
    typesetter.add(() => {
      this.isWaiting = this.typesetNext();
      return this.isWaiting;
    });
  }

  private next(): HTMLElement | null {
    const found = [...this.root.querySelectorAll<HTMLElement>(".jcw-math:not([data-tex])")];
    const first = found[0] ?? null;
    const isOpen = this.exceptLast && first === found.at(-1) && first?.matches(".jcw-math-display");
    return isOpen ? null : first;
  }

  /** @returns whether there was something to typeset. */
  private typesetNext(): boolean {
    const element = this.next();
    if (element) typeset(element);
    return element !== null;
  }
}

/** Replace the TeX in `element` by what it means; where it means nothing, it stays, and its title says why. */
function typeset(element: HTMLElement): void {
  const source = element.textContent ?? "";
  element.dataset["tex"] = source;
  const drawn = formula(source);
  if (typeof drawn === "string") {
    element.classList.add("jcw-math-bad");
    element.title = drawn.slice(0, LONGEST_REASON);
    return;
  }
  const copy = drawn.cloneNode(true) as Element;
  element.classList.add("jcw-math-set");
  element.replaceChildren(copy);
  if (element.matches(".jcw-math-display")) watchOverflow(element, copy as HTMLElement, strings.formula);
}

const kept = new Map<string, Element | string>();

/** A formula as MathML, or why it is none. */
function formula(source: string): Element | string {
  const present = kept.get(source);
  const made = present ?? makeFormula(source);
  kept.delete(source);
  kept.set(source, made);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  return made;
}

function makeFormula(source: string): Element | string {
  const { tex, display } = withoutDelimiters(source);
  try {
    const html = partIfLoaded("math")?.mathML(tex, display) ?? "";
    return sanitizeMath(html).firstElementChild ?? source;
  } catch (error) {
    return error instanceof RangeError ? strings.tooMuchTeX : strings.notTeX(reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^KaTeX parse error: /, "") : String(error);
}

function withoutDelimiters(source: string): { tex: string; display: boolean } {
  if (source.startsWith("\\begin")) return { tex: source, display: true };
  const isDisplay = source.startsWith("$$") || source.startsWith("\\[");
  const length = source.startsWith("$") && !isDisplay ? 1 : 2;
  return { tex: source.slice(length, -length), display: isDisplay };
}
