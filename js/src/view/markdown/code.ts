import { highlight } from "./highlight";
import type { Code } from "./html";
import { sanitize } from "./sanitize";

/** Lines of one slab. Small enough to colour within a frame, large enough that their number stays small. */
const SLAB_LINES = 32;
/** Lines after which a slab ends even in the midst of a string or comment. */
const LONGEST_SLAB = 8 * SLAB_LINES;

const COPIED_MS = 1500;

/**
 * One code block: a header with its language and a copy button, and the code in slabs of lines.
 *
 * Growing costs only what is new: complete slabs are coloured once and never touched again; the last one is plain text
 * until it is full or the code is complete. Where slabs end depends on the text alone, not on how it arrived.
 */
export class CodeBlock {
  readonly element = document.createElement("div");
  private readonly code = document.createElement("code");
  /** Length of the text in finished slabs. */
  private finished = 0;
  /** Lines at which the growing slab is next tried for an end. */
  private slabLines = SLAB_LINES;
  private text = "";
  private complete = false;
  private tail: HTMLElement | undefined;

  constructor(readonly language: string) {
    this.element.className = "jcw-md-code";
    this.code.className = language ? `hljs language-${language.toLowerCase()}` : "hljs";
    const pre = document.createElement("pre");
    pre.className = "jcw-md-pre";
    pre.append(this.code);
    this.element.append(header(language, () => this.text), pre);
  }

  /** Show `code`, whose language is this block's. What agrees with the text already shown is kept. */
  show({ text, complete }: Code): void {
    if (text === this.text && complete === this.complete) return;
    if (this.complete || !text.startsWith(this.text.slice(0, this.finished))) this.clear();
    this.text = text;
    this.complete = complete;
    this.finishSlabs();
    if (complete && this.finished < text.length) this.finishSlab(text.length);
    else this.drawTail();
  }

  private clear(): void {
    this.code.replaceChildren();
    this.tail = undefined;
    this.finished = 0;
    this.slabLines = SLAB_LINES;
  }

  private finishSlabs(): void {
    for (;;) {
      const end = endOfLines(this.text, this.finished, this.slabLines);
      if (end === undefined) return;
      const ended = this.finishSlab(end, this.slabLines < LONGEST_SLAB);
      this.slabLines = ended ? SLAB_LINES : this.slabLines + SLAB_LINES;
    }
  }

  /**
   * Colour the text up to `end` and begin a new slab.
   * @param onlyBetweenTokens do not where `end` lies within a string or a comment: the next slab, which is coloured
   *   by itself, would take the rest for code.
   * @returns whether the slab ended.
   */
  private finishSlab(end: number, onlyBetweenTokens = false): boolean {
    const text = this.text.slice(this.finished, end);
    const html = highlight(text, this.language);
    if (onlyBetweenTokens && html?.endsWith(">")) return false;
    const slab = this.tail ?? this.addSlab();
    slab.replaceChildren(html === undefined ? text : sanitize(html));
    this.tail = undefined;
    this.finished = end;
    return true;
  }

  private drawTail(): void {
    const text = this.text.slice(this.finished);
    if (text === "") {
      this.tail?.remove();
      this.tail = undefined;
      return;
    }
    this.tail ??= this.addSlab();
    const shown = this.tail.firstChild;
    if (shown instanceof Text && text.startsWith(shown.data)) shown.appendData(text.slice(shown.length));
    else this.tail.replaceChildren(text);
  }

  private addSlab(): HTMLElement {
    const slab = document.createElement("span");
    slab.className = "jcw-md-slab";
    this.code.append(slab);
    return slab;
  }
}

/** The offset behind `count` lines from `start`, or undefined where there are fewer. */
function endOfLines(text: string, start: number, count: number): number | undefined {
  let end = start;
  for (let line = 0; line < count; line++) {
    const newline = text.indexOf("\n", end);
    if (newline < 0) return undefined;
    end = newline + 1;
  }
  return end;
}

function header(language: string, text: () => string): HTMLElement {
  const element = document.createElement("div");
  element.className = "jcw-md-code-header";
  const name = document.createElement("span");
  name.className = "jcw-md-code-language";
  name.textContent = language;
  element.append(name, copyButton(text));
  return element;
}

function copyButton(text: () => string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jcw-md-copy";
  const say = (word: string, label: string): void => {
    button.textContent = word;
    button.setAttribute("aria-label", label);
  };
  say("Copy", "Copy code");
  button.addEventListener("click", async () => {
    const done = await copy(text());
    say(done ? "Copied" : "Not copied", done ? "Code copied" : "The browser did not allow copying");
    setTimeout(() => say("Copy", "Copy code"), COPIED_MS);
  });
  return button;
}

/** Put `text` on the clipboard. The modern way exists only on https and localhost; a Hub may be neither. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

function copyByCommand(text: string): boolean {
  const fill = (event: ClipboardEvent): void => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("copy", fill, { capture: true, once: true });
  try {
    return document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", fill, { capture: true });
  }
}
