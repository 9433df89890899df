import { type MarkedExtension, Tokenizer, type Tokens } from "marked";
import { escapeHtml } from "./escape";

/** Mathematics: the source with its delimiters, drawn as it stands and never read as markdown. */
interface MathToken extends Tokens.Generic {
  type: "display_math" | "inline_math";
  text: string;
}

// The environments that are display mathematics without any delimiters around.
const ENVIRONMENT = "(?:equation|align|alignat|gather|multline|eqnarray|split|aligned|gathered|cases|CD|[bpvBV]?matrix)";

// A blank line ends a paragraph in TeX too, so display mathematics never runs across one: that is what keeps a
// forgotten delimiter from swallowing the rest of the reply.
const DISPLAY = [
  /^ {0,3}\$\$(?:(?!\$\$|\n[ \t]*\n)[\s\S])+\$\$[ \t]*(?:\n|$)/,
  /^ {0,3}\\\[(?:(?!\\\]|\n[ \t]*\n)[\s\S])+\\\][ \t]*(?:\n|$)/,
  new RegExp(`^ {0,3}\\\\begin\\{(${ENVIRONMENT}\\*?)\\}(?:(?!\\n[ \\t]*\\n)[\\s\\S])+?\\\\end\\{\\1\\}[ \\t]*(?:\\n|$)`),
];
const OPENING = `\\$\\$|\\\\\\[|\\\\begin\\{(${ENVIRONMENT}\\*?)\\}`;
const DISPLAY_START = new RegExp(`\\n(?= {0,3}(?:${OPENING}))`, "g");

// Bounded, so that a text full of openings without an end costs no more than it must.
const INLINE = [
  /^\$\$(?:(?!\$\$)[^`]){1,2000}\$\$/,
  // Money is no mathematics: "$5 and $10" has a space before its second sign, "$5-$10" a digit after it.
  /^\$(?![\s$])(?:\\.|[^\\$`\n])+(?<!\s)\$(?![\w$])/,
  /^\\\((?:(?!\\\))[\s\S]){1,2000}\\\)/,
  /^\\\[(?:(?!\\\])[\s\S]){1,2000}\\\]/,
];
const INLINE_IN_MASK = /\$(?![\s$])[^$`\n]+(?<!\s)\$(?![\w$])/g;

/** The mathematics at the very start of `source`, where a block may begin. */
function displayAt(source: string): MathToken | undefined {
  for (const pattern of DISPLAY) {
    const raw = pattern.exec(source)?.[0];
    if (raw) return { type: "display_math", raw, text: raw.trim() };
  }
  return undefined;
}

/** Where display mathematics interrupts the paragraph at the start of `source`, if it does. */
function displayStart(source: string): number | undefined {
  const blank = source.search(/\n[ \t]*\n/);
  const paragraph = blank < 0 ? source : source.slice(0, blank);
  for (const match of paragraph.matchAll(DISPLAY_START)) {
    const start = match.index + 1;
    if (displayAt(paragraph.slice(start))) return start;
  }
  return undefined;
}

function inlineAt(source: string): MathToken | undefined {
  for (const pattern of INLINE) {
    const raw = pattern.exec(source)?.[0];
    if (raw) return { type: "inline_math", raw, text: raw };
  }
  return undefined;
}

/** Where mathematics may begin; asked for every few characters, so no more than a search for one. */
function inlineStart(source: string): number {
  const [dollar, backslash] = [source.indexOf("$"), source.indexOf("\\")];
  if (dollar < 0 || backslash < 0) return Math.max(dollar, backslash);
  return Math.min(dollar, backslash);
}

/** Display mathematics as it stands in the source, with its delimiters. */
export function displayHtml(source: string): string {
  return `<div class="jcw-math jcw-math-display">${escapeHtml(source)}</div>`;
}

/** Teaches marked `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and `\begin{equation}…`. */
export const mathematics: MarkedExtension = {
  extensions: [
    {
      name: "display_math",
      level: "block",
      start: displayStart,
      tokenizer: displayAt,
      renderer: ({ text }) => displayHtml(text),
    },
    {
      name: "inline_math",
      level: "inline",
      start: inlineStart,
      tokenizer: inlineAt,
      renderer: ({ text }) => `<span class="jcw-math">${escapeHtml(text)}</span>`,
    },
  ],
  tokenizer: {
    // An underline below mathematics is a rule, not a heading made of the mathematics.
    lheading(source) {
      const start = displayStart(source);
      return start === undefined ? false : Tokenizer.prototype.lheading.call(this, source.slice(0, start));
    },
  },
  hooks: {
    // Emphasis must not close inside of mathematics: `*a $b*c$ d*`.
    emStrongMask: (source) => source.replace(INLINE_IN_MASK, (found) => `[${"a".repeat(found.length - 2)}]`),
  },
};

/** Display mathematics whose end has not arrived. */
interface OpenDisplay {
  /** Where the lines begin that depend on it: behind the last blank line. */
  start: number;
  /** What would end it. */
  closing: string;
}

/** The display mathematics at the end of `source` that what follows may still close, if there is any. */
export function openDisplay(source: string): OpenDisplay | undefined {
  const start = /^[\s\S]*\n[ \t]*\n/.exec(source)?.[0].length ?? 0;
  const lines = source.slice(start);
  const openings = new RegExp(`(?:^|\\n) {0,3}(${OPENING})`, "g");
  for (let opening = openings.exec(lines); opening; opening = openings.exec(lines)) {
    const closing = opening[1] === "$$" ? "$$" : opening[2] ? `\\end{${opening[2]}}` : "\\]";
    const end = lines.indexOf(closing, openings.lastIndex);
    if (end < 0) return { start, closing };
    openings.lastIndex = end + closing.length;
  }
  return undefined;
}
