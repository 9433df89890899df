import { type Links, Marked, Renderer, type Token, type Tokens } from "marked";
import { escapeHtml, escapeKeepingReferences } from "./escape";
import { footnotes } from "./footnote";
import { displayHtml, mathematics } from "./math";
import { destination } from "./sanitize";

/** A code block that a drawing has room for. */
export interface Code {
  /** As the author wrote it ("py", "R"); empty where none was named. */
  language: string;
  /** Every line ends with a newline. */
  text: string;
  /** Its end has been written; otherwise more lines may follow. */
  complete: boolean;
}

/** What a block looks like: HTML with one empty slot for each code block, in order. */
export interface Drawing {
  html: string;
  codes: readonly Code[];
  /** A `<tbody>` for every few rows of a table that is the whole block; its HTML then has none. */
  bodies: readonly string[];
  /** The last display mathematics is still being written. */
  openMath: boolean;
}

/** Rows of one `<tbody>`. As many as do not change stay untouched while a table grows. */
const LONG_CELL = 40; // characters
export const BODY_ROWS = 32;

const SLOT = '<pre class="jcw-md-slot"></pre>';

/** Finds the slots in a drawing that has become DOM. */
export const SLOT_SELECTOR = "pre.jcw-md-slot";

/** A title longer than this (a data: address, say) would only cover the page. */
const LONGEST_TITLE = 300;

function titleAttribute(...parts: (string | null | undefined)[]): string {
  return escapeHtml(parts.filter(Boolean).join(" — ").slice(0, LONGEST_TITLE));
}

/** The name of a language out of what follows a fence: "python title=…", "{r echo=FALSE}". */
export function languageOf(info: string): string {
  const word = info.trim().split(/\s/, 1)[0] ?? "";
  return /[a-z][\w+#.-]{0,29}/i.exec(word)?.[0] ?? "";
}

function isCompleteFence(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  return fence !== undefined && new RegExp(`\\n {0,3}${fence}${fence[0]}* *\\n*$`).test(raw);
}

/** A block of text that is shown, not read. */
function plainHtml(text: string): string {
  return `<p class="jcw-md-html">${escapeHtml(text.replace(/\n+$/, ""))}</p>\n`;
}

class HtmlRenderer extends Renderer<string, string> {
  /** The code blocks of the drawing being made. */
  codes: Code[] = [];
  /** Mathematics whose fence has no end yet. */
  openMath = false;
  private inLink = false;

  reset(): void {
    this.codes = [];
    this.openMath = false;
    this.inLink = false;
  }

  override code({ text, lang, raw }: Tokens.Code): string {
    const code = {
      language: languageOf(lang ?? ""),
      text: text ? `${text.replace(/\n$/, "")}\n` : "",
      complete: isCompleteFence(raw),
    };
    if (isMathematics(code)) {
      this.openMath = !code.complete;
      return fencedMathHtml(code);
    }
    this.codes.push(code);
    return SLOT;
  }

  /** Raw HTML is shown, not obeyed. A line break is the one thing that markdown itself has no way to say in a table. */
  override html(token: Tokens.HTML | Tokens.Tag): string {
    if (token.block) return plainHtml(token.text);
    return /^<br\s*\/?>$/i.test(token.text) ? "<br>" : escapeHtml(token.text);
  }

  /** marked leaves text between raw tags as it is, trusting the tags; here they are text themselves. */
  override text(token: Tokens.Text | Tokens.Escape): string {
    if ("tokens" in token && token.tokens) return this.parser.parseInline(token.tokens);
    return escapeKeepingReferences(token.text);
  }

  override checkbox({ checked }: Tokens.Checkbox): string {
    return `<span class="jcw-md-task">${checked ? "☑" : "☐"}</span> `;
  }

  override table(token: Tokens.Table): string {
    return this.tableWith(token.header, this.bodies(token.rows).join(""));
  }

  tableWith(header: Tokens.TableCell[], bodies: string): string {
    return `<div class="jcw-md-table"><table>\n<thead>\n${this.row(header)}</thead>\n${bodies}</table></div>\n`;
  }

  bodies(rows: Tokens.TableCell[][]): string[] {
    const found: string[] = [];
    for (let at = 0; at < rows.length; at += BODY_ROWS) {
      const some = rows.slice(at, at + BODY_ROWS).map((row) => this.row(row));
      found.push(`<tbody>${some.join("")}</tbody>`);
    }
    return found;
  }

  private row(cells: Tokens.TableCell[]): string {
    return this.tablerow({ text: cells.map((cell) => this.tablecell(cell)).join("") });
  }

  /** Sentences get room: beside many columns they would be squeezed to a word a line. */
  override tablecell(cell: Tokens.TableCell): string {
    const html = super.tablecell(cell);
    return cell.text.length > LONG_CELL ? html.replace(/^<t[dh]/, '$& class="jcw-md-long"') : html;
  }

  override link({ href, title, text, tokens, autolink }: Tokens.Link): string {
    const wasInLink = this.inLink;
    this.inLink = true;
    const body = autolink ? escapeHtml(text) : this.parser.parseInline(tokens);
    this.inLink = wasInLink;
    return this.anchor(href, title, body, "");
  }

  /** A picture would be fetched from wherever the text says, unasked, and so tell the world what the text knows. */
  override image({ href, title, text, tokens }: Tokens.Image): string {
    const alternative = tokens ? this.parser.parseInline(tokens, this.parser.textRenderer) : text;
    const label = escapeKeepingReferences(alternative) || escapeHtml(href.slice(0, LONGEST_TITLE));
    return this.inLink ? label : this.anchor(href, title, label, " jcw-md-image");
  }

  /** A link, or inert text where it leads nowhere outside (a relative path has no meaning in a chat). */
  private anchor(href: string, title: string | null | undefined, body: string, kind: string): string {
    const address = destination(href);
    if (address === null) {
      return `<span class="jcw-md-inert${kind}" title="${titleAttribute(href, title)}">${body}</span>`;
    }
    const className = kind && ` class="${kind.trim()}"`;
    return `<a href="${escapeHtml(address)}" title="${titleAttribute(address, title)}"${className}>${body}</a>`;
  }
}

const renderer = new HtmlRenderer();
const marked = new Marked({ gfm: true }, mathematics, footnotes).setOptions({ renderer });

/**
 * Split `source`, which begins where a block begins, into its top-level blocks.
 * @param links definitions known from what came before; those of `source` are added to a copy.
 */
export function lex(source: string, links: Links): Token[] {
  const lexer = new marked.Lexer(marked.defaults);
  Object.assign(lexer.tokens.links, links);
  return orPlain<Token[]>(
    () => lexer.lex(source),
    () => [{ type: "html", block: true, pre: false, raw: source, text: source }],
  );
}

/** Thousands of quotes or lists within each other exhaust the stack: such a text is shown as it stands. */
function orPlain<Result>(attempt: () => Result, plain: () => Result): Result {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof RangeError) return plain();
    throw error;
  }
}

/** No definitions. Without a prototype, since "constructor" is a name like any other. */
export function noLinks(): Links {
  return Object.create(null);
}

/** Add the link definitions among `tokens`, at any depth, to `links`; the first of a name stays. */
export function collectLinks(tokens: Token[], links: Links): void {
  marked.walkTokens(tokens, (token) => {
    if (token.type !== "def") return;
    const { tag, href, title } = token as Tokens.Def;
    if (!Object.hasOwn(links, tag)) links[tag] = { href, title };
  });
}

/**
 * Draw one top-level block.
 * @param openMath the display mathematics that ends it has been given an end that is not written yet.
 */
export function draw(token: Token, openMath = false): Drawing {
  if (token.type === "table") return drawTable(token as Tokens.Table);
  renderer.reset();
  const html = orPlain(
    () => marked.Parser.parse([token], marked.defaults),
    () => plainHtml(token.raw),
  );
  return { html, codes: renderer.codes, bodies: [], openMath: openMath || renderer.openMath };
}

/** Draw a table; `before` are its bodies above the rows of `token`, whose header it has. */
export function drawTable(token: Tokens.Table, before: readonly string[] = []): Drawing {
  renderer.reset();
  renderer.parser = new marked.Parser(marked.defaults);
  const bodies = [...before, ...renderer.bodies(token.rows)];
  return { html: renderer.tableWith(token.header, ""), codes: [], bodies, openMath: false };
}

/** Draw a code block that is known to be one. */
export function drawCode(code: Code): Drawing {
  if (isMathematics(code)) return { html: fencedMathHtml(code), codes: [], bodies: [], openMath: !code.complete };
  return { html: SLOT, codes: [code], bodies: [], openMath: false };
}

/** As on GitHub, a fence can say that what it holds is mathematics. */
function isMathematics({ language }: Code): boolean {
  return language === "math";
}

function fencedMathHtml({ text }: Code): string {
  return displayHtml(`$$\n${text}$$`);
}
