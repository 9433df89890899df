import { readingStrings as strings } from "../strings/reading";
import { CodeHeader } from "./code-header";
import { Fold } from "./fold";
import type { Code } from "./html";
import { watchOverflow } from "./overflow";
import { Slabs } from "./slabs";

/** One code block: a header, the code, and where that is long, a way to fold it. */
export class CodeBlock {
  readonly element = document.createElement("div");
  private readonly header: CodeHeader;
  private readonly slabs: Slabs;
  private readonly fold: Fold;
  private text = "";
  private complete = false;

  constructor(readonly language: string) {
    this.element.className = "jcw-md-code";
    this.element.dir = "ltr";
    const code = document.createElement("code");
    code.className = language ? `hljs language-${language.toLowerCase()}` : "hljs";
    const pre = document.createElement("pre");
    pre.className = "jcw-md-pre";
    pre.append(code);
    this.header = new CodeHeader(this.element, language, () => this.text);
    this.slabs = new Slabs(code, language);
    this.fold = new Fold(this.element, pre);
    this.element.append(this.header.element, pre);
    watchOverflow(pre, code, strings.code(language));
  }

  /** Show `code`, whose language is this block's. What agrees with the text already shown is kept. */
  show({ text, complete }: Code): void {
    if (text === this.text && complete === this.complete) return;
    this.text = text;
    this.complete = complete;
    this.slabs.show(text, complete);
    this.fold.update(text, complete);
    if (complete) this.header.offerInsert();
  }
}
