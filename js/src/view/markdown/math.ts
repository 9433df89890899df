import { type MarkedExtension, Tokenizer, type Tokens } from "marked";
import { escapeHtml } from "./escape";

/** Mathematics: the source with its delimiters, drawn as it stands and never read as markdown. */
interface MathToken extends Tokens.Generic {
  type: "display_math" | "inline_math";
  text: string;
}

// A blank line ends a paragraph in TeX too, so display mathematics never runs across one: that is what keeps a
// forgotten delimiter from swallowing the rest of the reply.
const DISPLAY = [
  /^ {0,3}\$\$(?:(?!\$\$|\n[ \t]*\n)[\s\S])+\$\$[ \t]*(?:\n|$)/,
  /^ {0,3}\\\[(?:(?!\\\]|\n[ \t]*\n)[\s\S])+\\\][ \t]*(?:\n|$)/,
];
const DISPLAY_OPEN = [
  /^ {0,3}\$\$(?:(?!\$\$|\n[ \t]*\n)[\s\S])*$/,
  /^ {0,3}\\\[(?:(?!\\\]|\n[ \t]*\n)[\s\S])*$/,
];
const DISPLAY_START = /\n(?= {0,3}(?:\$\$|\\\[))/g;

const INLINE = [
  /^\$\$(?:(?!\$\$)[^`])+\$\$/,
  // Money is no mathematics: "$5 and $10" has a space before its second sign, "$5-$10" a digit after it.
  /^\$(?![\s$])(?:\\.|[^\\$`\n])+(?<!\s)\$(?![\w$])/,
  /^\\\((?:(?!\\\))[\s\S])+\\\)/,
  /^\\\[(?:(?!\\\])[\s\S])+\\\]/,
];
const INLINE_IN_MASK = /\$(?![\s$])[^$`\n]+(?<!\s)\$(?![\w$])/g;

/** The mathematics at the very start of `source`, where a block may begin. */
function displayAt(source: string, mayStayOpen: boolean): MathToken | undefined {
  for (const open of mayStayOpen ? [false, true] : [false]) {
    for (const pattern of open ? DISPLAY_OPEN : DISPLAY) {
      const raw = pattern.exec(source)?.[0];
      if (raw) return { type: "display_math", raw, text: raw.trim() };
    }
  }
  return undefined;
}

/** Where in `source` display mathematics interrupts a paragraph, if it does. */
function displayStart(source: string, mayStayOpen: boolean): number | undefined {
  for (const match of source.matchAll(DISPLAY_START)) {
    const start = match.index + 1;
    if (displayAt(source.slice(start), mayStayOpen)) return start;
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

function inlineStart(source: string): number | undefined {
  const start = source.search(/\$|\\[([]/);
  return start < 0 ? undefined : start;
}

/**
 * Teach marked `$…$`, `$$…$$`, `\(…\)` and `\[…\]`.
 * @param mayStayOpen the text is still arriving: a display that has not closed is a token already, so that its lines are not taken for lists or headings in the meantime. Otherwise it is ordinary text.
 */
export function mathematics(mayStayOpen: boolean): MarkedExtension {
  return {
    extensions: [
      {
        name: "display_math",
        level: "block",
        start: (source) => displayStart(source, mayStayOpen),
        tokenizer: (source) => displayAt(source, mayStayOpen),
        renderer: ({ text }) => `<div class="jcw-math jcw-math-display">${escapeHtml(text)}</div>`,
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
        const start = displayStart(source, mayStayOpen);
        return start === undefined ? false : Tokenizer.prototype.lheading.call(this, source.slice(0, start));
      },
    },
    hooks: {
      // Emphasis must not close inside of mathematics: `*a $b*c$ d*`.
      emStrongMask: (source) =>
        source.replace(INLINE_IN_MASK, (found) => `[${"a".repeat(found.length - 2)}]`),
    },
  };
}
