import type { Token } from "marked";
import { Block } from "./block";
import { Fence } from "./fence";
import { collectLinks, type Drawing, draw, drawCode, lex, noLinks } from "./html";
import { openDisplay } from "./math";
import { LongTable } from "./table";
import { completed } from "./unfinished";

/**
 * A markdown text that grows, as top-level blocks on the page.
 *
 * A block is closed when complete lines behind it begin another one; from then on its DOM stays as it is. Complete
 * lines, because half a line misleads: a lone `-` is an underline until the item that it begins has come. Only what
 * follows the closed blocks is lexed and drawn again, except a code fence, which is read line by line, and a long table.
 */
export class Blocks {
  private source = "";
  private readonly blocks: Block[] = [];
  /** How many of `blocks` are closed. */
  private closed = 0;
  /** Offset behind the closed blocks. */
  private closedEnd = 0;
  /** Offset behind the last line that has been searched for blocks to close. */
  private searched = 0;
  /** The fence that begins where the closed blocks end. */
  private fence: Fence | undefined;
  /** The long table that begins there. */
  private table: LongTable | undefined;
  private links = noLinks();

  constructor(private readonly root: HTMLElement) {}

  /** All text taken so far. */
  get text(): string {
    return this.source;
  }

  /** How many characters are drawn anew with each piece. */
  get openLength(): number {
    return this.fence || this.table ? 0 : this.source.length - this.closedEnd;
  }

  /** Add `piece`, whose line ends are plain newlines, and draw what it changes. */
  take(piece: string): void {
    this.source += piece;
    this.closeComplete(false);
    if (this.fence || this.table) return;
    const open = this.source.slice(this.closedEnd);
    // What is still being written is shown as what it is going to be.
    const display = openDisplay(open);
    const tokens = lex(display ? `${open.trimEnd()}\n${display.closing}` : completed(open), this.links);
    this.showOpen(drawAll(tokens, display !== undefined));
  }

  /** Draw and close the rest: nothing will follow. */
  finish(): void {
    this.closeComplete(true);
    this.close(lex(this.source.slice(this.closedEnd), this.links));
    if (Object.keys(this.links).length > 0) this.resolveLinks();
    this.showOpen([]);
  }

  /**
   * Go back to where the first `length` characters of the text were all there was. What is on the page stays until it
   * is drawn over.
   * @returns how many characters are kept, at most `length`; the rest has to be taken again.
   */
  rewind(length: number): number {
    let kept = 0;
    while (kept < this.closed && (this.blocks[kept]?.end ?? 0) <= length) kept++;
    // The last of them was closed by what followed it, which may change. And which block a definition came with is not
    // recorded.
    kept = Object.keys(this.links).length > 0 ? 0 : Math.max(0, kept - 1);
    this.closed = kept;
    this.closedEnd = this.searched = this.blocks[kept - 1]?.end ?? 0;
    this.source = this.source.slice(0, this.closedEnd);
    this.fence = this.table = undefined;
    this.links = noLinks();
    return this.closedEnd;
  }

  /** Close every block that complete lines show to be over, and draw the fence or table that is then open, if one is. */
  private closeComplete(isWhole: boolean): void {
    do {
      this.fence ??= Fence.at(this.source, this.closedEnd);
      if (this.fence && !this.readFence(this.fence, isWhole)) return;
      if (this.table && !this.readTable(this.table, isWhole)) return;
    } while (!this.fence && this.closeLexed());
  }

  /** @returns whether the fence has come to its end, and is closed. */
  private readFence(fence: Fence, isWhole: boolean): boolean {
    const { code, end } = fence.advance(this.source, isWhole);
    if (end === undefined) {
      this.showOpen([drawCode(code)]);
      return false;
    }
    this.fence = undefined;
    this.closeBlock(drawCode(code), end);
    return true;
  }

  /** @returns whether the table has come to its end, and is closed. */
  private readTable(table: LongTable, isWhole: boolean): boolean {
    const { drawing, rest, end } = table.advance(this.source, isWhole, this.links);
    if (end === undefined) {
      this.showOpen([drawing, ...drawAll(rest)]);
      return false;
    }
    this.table = undefined;
    this.searched = end; // what follows has not been searched
    this.closeBlock(drawing, end);
    return true;
  }

  /** @returns whether a fence or a long table begins where the closed blocks now end. */
  private closeLexed(): boolean {
    const newline = this.source.lastIndexOf("\n") + 1;
    if (newline > this.searched) {
      this.searched = newline;
      const lines = this.source.slice(this.closedEnd, newline);
      const tokens = lex(lines, this.links);
      const open = firstOpen(tokens, openDisplay(lines)?.start);
      this.close(tokens.slice(0, open));
      this.table = LongTable.at(this.source, this.closedEnd, tokens.slice(open));
    }
    return this.table !== undefined || Fence.at(this.source, this.closedEnd) !== undefined;
  }

  /** Draw and close the blocks of `tokens`, which begin where the closed blocks end. */
  private close(tokens: Token[]): void {
    collectLinks(tokens, this.links);
    for (const token of tokens) {
      const end = this.closedEnd + token.raw.length;
      if (isVisible(token)) this.closeBlock(draw(token), end);
      else this.moveEnd(end);
    }
  }

  private closeBlock(drawing: Drawing, end: number): void {
    this.blockAt(this.closed).show(drawing, true);
    this.closed++;
    this.moveEnd(end);
  }

  private moveEnd(end: number): void {
    this.closedEnd = end;
    const last = this.blocks[this.closed - 1];
    if (last) last.end = end;
  }

  /** Draw `drawings` behind the closed blocks, in place of whatever is there. */
  private showOpen(drawings: Drawing[]): void {
    drawings.forEach((drawing, index) => {
      this.blockAt(this.closed + index).show(drawing, false);
    });
    for (const block of this.blocks.splice(this.closed + drawings.length)) block.element.remove();
  }

  private blockAt(index: number): Block {
    const present = this.blocks[index];
    if (present) return present;
    const block = new Block();
    this.blocks.push(block);
    this.root.append(block.element);
    return block;
  }

  /** A link may come before its definition: now that all are known, draw all again. What is the same stays. */
  private resolveLinks(): void {
    this.closed = this.closedEnd = 0;
    this.links = noLinks();
    this.close(lex(this.source, this.links));
  }
}

/** A block that begins like this is one wherever it stands: a fence, a quote, a heading, a list, a table. */
const INTERRUPTS_PARAGRAPH = /^ {0,3}(?:`{3}|~{3}|>|#{1,6}\s|[*+-]\s|1[.)]\s|\|)/;

/** Draw what is to be seen of `tokens`. `openMath`: see `draw`. */
function drawAll(tokens: Token[], openMath = false): Drawing[] {
  const visible = tokens.filter(isVisible);
  return visible.map((token, index) => draw(token, openMath && index === visible.length - 1));
}

/** Whether anything of `token` is to be seen. */
function isVisible(token: Token): boolean {
  return token.type !== "space" && token.type !== "def";
}

/**
 * The index of the first token that what follows may still change.
 * @param limit offset behind which nothing is certain, since it may turn out to be mathematics.
 */
function firstOpen(tokens: Token[], limit = Number.POSITIVE_INFINITY): number {
  const last = tokens.findLastIndex((token) => token.type !== "space");
  const [before, open] = [tokens[last - 1], tokens[last]];
  // Of some blocks it takes the paragraph before them to tell what they are, and some turn out to be a part of it.
  const needsContext = open && !INTERRUPTS_PARAGRAPH.test(open.raw) && before?.type === "paragraph";
  let index = 0;
  for (let end = 0; index < last - (needsContext ? 1 : 0); index++) {
    end += tokens[index]?.raw.length ?? 0;
    if (end > limit) break;
  }
  return index;
}
