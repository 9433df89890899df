import type { Links, Token, Tokens } from "marked";
import { BODY_ROWS, type Drawing, drawTable, lex } from "./html";

/** Rows from which on a table that grows is read by its new rows only. */
const LONG_ROWS = 2 * BODY_ROWS;

/** A long table at the top level whose end has not arrived: its first rows are drawn once and never lexed again. */
export class LongTable {
  /** The header and the line below it, which make the rows behind them a table. */
  private readonly head: string;
  /** Offset behind the rows that are done. */
  private read: number;
  private readonly done: string[] = [];

  private constructor(source: string, start: number) {
    const rule = source.indexOf("\n", source.indexOf("\n", start) + 1) + 1;
    this.head = source.slice(start, rule);
    this.read = rule;
  }

  /** The table that `tokens` begin with at `start` of `source`, if it is long and what follows may add to it. */
  static at(source: string, start: number, tokens: Token[]): LongTable | undefined {
    const [first] = tokens;
    const isLong = tokens.length === 1 && first?.type === "table" && (first as Tokens.Table).rows.length >= LONG_ROWS;
    return isLong && !isOver(first as Tokens.Table) ? new LongTable(source, start) : undefined;
  }

  /**
   * Read on.
   * @param isWhole nothing will follow `source`.
   * @returns the table so far with what stands behind it, and the offset behind the table once that is complete.
   */
  advance(source: string, isWhole: boolean, links: Links): { drawing: Drawing; rest: Token[]; end: number | undefined } {
    const lines = isWhole ? source.length : source.lastIndexOf("\n") + 1;
    const known = this.lexFrom(source.slice(0, lines), links);
    const table = known[0] as Tokens.Table;
    if (isWhole || known.length > 1 || isOver(table)) {
      const end = this.read + table.raw.length - this.head.length;
      return { drawing: drawTable(table, this.done), rest: [], end };
    }
    this.finishRows(source, table);
    const [open, ...rest] = this.lexFrom(source, links);
    return { drawing: drawTable(open as Tokens.Table, this.done), rest, end: undefined };
  }

  private lexFrom(source: string, links: Links): Token[] {
    return lex(this.head + source.slice(this.read), links);
  }

  private finishRows(source: string, table: Tokens.Table): void {
    const bodies = drawTable(table).bodies;
    for (let done = 0; table.rows.length - done > BODY_ROWS; done += BODY_ROWS) {
      this.done.push(bodies[done / BODY_ROWS] as string);
      for (let row = 0; row < BODY_ROWS; row++) this.read = source.indexOf("\n", this.read) + 1;
    }
  }
}

/** Whether a blank line has ended the table. */
function isOver(table: Tokens.Table): boolean {
  return /\n[ \t]*\n$/.test(table.raw);
}
