import { type Links, Marked, Renderer, type Token, type Tokens } from "marked";
import { escapeHtml, escapeKeepingReferences } from "./escape";
import { mathematics } from "./math";
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
}

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
  private inLink = false;

  reset(): void {
    this.codes = [];
    this.inLink = false;
  }

  override code({ text, lang, raw }: Tokens.Code): string {
    this.codes.push({
      language: languageOf(lang ?? ""),
      text: text ? `${text.replace(/\n$/, "")}\n` : "",
      complete: isCompleteFence(raw),
    });
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
    return `<div class="jcw-md-table">${super.table(token)}</div>\n`;
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
const marked = new Marked({ gfm: true }, mathematics).setOptions({ renderer });

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

/** Draw one top-level block. */
export function draw(token: Token): Drawing {
  renderer.reset();
  const html = orPlain(
    () => marked.Parser.parse([token], marked.defaults),
    () => plainHtml(token.raw),
  );
  return { html, codes: renderer.codes };
}

/** Draw a code block that is known to be one. */
export function drawCode(code: Code): Drawing {
  return { html: SLOT, codes: [code] };
}
