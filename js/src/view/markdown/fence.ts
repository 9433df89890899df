import { type Code, languageOf } from "./html";

// Only fences without indentation: the lines of others lose theirs, and they are rare enough to be lexed anew.
const OPENING = /^(`{3,}(?=[^`\n]*\n)|~{3,})([^\n]*)\n/;

const ESCAPED = /\\([!-/:-@[-`{-~])/g;

/** A code fence at the top level whose end has not arrived: it is read line by line and never lexed again. */
export class Fence {
  private readonly closing: RegExp;
  private readonly closingBegun: RegExp;
  private readonly language: string;
  /** Offset behind the last line known to be code. */
  private read: number;

  private constructor(
    /** Offset of the first line of code. */
    private readonly start: number,
    mark: string,
    info: string,
  ) {
    const character = mark[0] ?? "";
    this.closing = new RegExp(`^ {0,3}${mark}${character}* *$`);
    this.closingBegun = new RegExp(`^ {0,3}${character}* *$`);
    this.language = languageOf(info.replace(ESCAPED, "$1"));
    this.read = start;
  }

  /** The fence that opens at `offset` of `source`, if its opening line is complete. */
  static at(source: string, offset: number): Fence | undefined {
    const newline = source.indexOf("\n", offset);
    if (newline < 0) return undefined;
    const opening = OPENING.exec(source.slice(offset, newline + 1));
    return opening?.[1] ? new Fence(newline + 1, opening[1], opening[2] ?? "") : undefined;
  }

  /**
   * Read on.
   * @param isWhole nothing will follow `source`.
   * @returns the code so far, and the offset behind the closing line once that is complete.
   */
  advance(source: string, isWhole: boolean): { code: Code; end: number | undefined } {
    for (;;) {
      const newline = source.indexOf("\n", this.read);
      const line = source.slice(this.read, newline < 0 ? source.length : newline);
      const known = newline >= 0 || isWhole;
      if (known && this.closing.test(line)) {
        return { code: this.code(source, this.read, true), end: this.read + line.length + (newline < 0 ? 0 : 1) };
      }
      if (newline < 0) return this.partial(source, line, isWhole);
      this.read = newline + 1;
    }
  }

  /** A line that may yet turn out to be the closing one is held back. */
  private partial(source: string, line: string, isWhole: boolean): { code: Code; end: number | undefined } {
    if (isWhole) return { code: this.code(source, source.length, true), end: source.length };
    const shown = this.closingBegun.test(line) ? this.read : source.length;
    return { code: this.code(source, shown, false), end: undefined };
  }

  private code(source: string, end: number, complete: boolean): Code {
    const text = source.slice(this.start, end);
    const newline = complete && text !== "" && !text.endsWith("\n") ? "\n" : "";
    return { language: this.language, text: text + newline, complete };
  }
}
