import type { MarkedExtension, Tokens } from "marked";

// Only numbers: `[^a-z]` is more often a pattern than a note.
const NOTE = /^ {0,3}\[\^(\d{1,3})\]:[ \t]+([^\n]+)(?:\n|$)/;
const MARK = /^\[\^(\d{1,3})\](?!:)/;

/** Teaches marked footnotes: a raised number in the text, and a line of its own where the note stands. */
export const footnotes: MarkedExtension = {
  extensions: [
    {
      name: "footnote",
      level: "block",
      tokenizer(source): Tokens.Generic | undefined {
        const found = NOTE.exec(source);
        if (!found) return undefined;
        const [raw, number, text = ""] = found;
        return { type: "footnote", raw, number, tokens: this.lexer.inline(text) };
      },
      renderer({ number, tokens = [] }) {
        return `<p class="jcw-md-note"><sup>${number}</sup> ${this.parser.parseInline(tokens)}</p>\n`;
      },
    },
    {
      name: "footnote_mark",
      level: "inline",
      start: (source) => source.indexOf("[^"),
      tokenizer(source): Tokens.Generic | undefined {
        const found = MARK.exec(source);
        return found ? { type: "footnote_mark", raw: found[0], number: found[1] } : undefined;
      },
      renderer: ({ number }) => `<sup>${number}</sup>`,
    },
  ],
};
