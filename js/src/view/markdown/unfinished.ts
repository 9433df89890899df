/** How far behind its beginning something may end that looks like emphasis: a lone star is more often just a star. */
const FURTHEST = [0, 120, 400, 400]; // characters, by the length of its mark

/** A fence, also within quotes and lists. */
const FENCE = /^[ >]*(?:(?:[-*+]|\d+[.)]) +)*(?:`{3,}|~{3,})/gm;
const INDENTED = /(?:^|\n)(?: {4}|\t)[^\n]*$/;
/** Where text begins whose marks belong together: a paragraph, a list item, a heading, a table row. */
const BEGINNING = /\n[ >]*\n|\n(?=[ >]*(?:[-*+] |\d+[.)] |#{1,6} |\|))/g;
/** What may yet become another mark than it looks: an underline, a rule, a number of a list, half of what ends emphasis. */
const UNDECIDED = /(?:(?<=^|\n) {0,3}(?:[-=]+|#{1,6}|\+|\d{1,9}[.)]?)[ \t]*|!?\[|[*_~]+)$/;
const TABLE_HEAD = /(?:^|(?<!(?:^|\n) {0,3}\|[^\n]*)\n) {0,3}(\|[^\n]*[^\s|][^\n]*)(?:\n[ |:-]*)?$/;
const LINK = /(!?\[[^\][\n]{0,300}\])\((?:[^()\s]|\([^()\s]*\))*(?:\s+"[^"\n]*"?)?$/;
/** Code, emphasis, a border of a table cell; before them, what no mark counts in: escapes, mathematics, addresses. */
const MARK = /\\.|\$[^$\n]+\$|\]\([^()\s]*\)|https?:\/\/\S+|(`+)|(\*+|_+|~~)|\|/g;

/**
 * What is still being written, as what it is going to be: with the ends of emphasis, code and links that are not there
 * yet, and a table from its first row on. So marks do not show for a moment and lines do not jump when the rest comes.
 * Only for drawing: the text itself stays as it is.
 */
export function completed(open: string): string {
  if ((open.match(FENCE)?.length ?? 0) % 2 === 1 || INDENTED.test(open)) {
    return open; // code that is a block: every character counts
  }
  const row = TABLE_HEAD.exec(open)?.[1];
  if (row !== undefined) {
    return open.slice(0, open.lastIndexOf(row)) + tableOf(row);
  }
  const begin = lastRun(open);
  return open.slice(0, begin) + inlineCompleted(open.slice(begin));
}

function lastRun(text: string): number {
  let begin = 0;
  for (const match of text.matchAll(BEGINNING)) {
    begin = match.index + match[0].length;
  }
  return begin;
}

/** The first row with the line below it that makes it one. */
function tableOf(row: string): string {
  const cells = row.trim().replace(/\|$/, "");
  return `${cells}|\n${"|-".repeat(cells.split(/(?<!\\)\|/).length - 1)}|`;
}

function inlineCompleted(written: string): string {
  const text = written.replace(UNDECIDED, "");
  const { open, code } = openMarks(text);
  if (code !== undefined) {
    const isEmpty = !text.slice(code.at + code.mark.length).trim();
    return close(isEmpty ? text.slice(0, code.at) : `${text.trimEnd()}${code.mark}`, open);
  }
  return close(text.replace(LINK, "$1()"), open);
}

interface Mark {
  mark: string;
  at: number;
}

/** The marks of `text` that have no end: of emphasis, the outermost first, and of code, in which nothing else counts. */
function openMarks(text: string): { open: Mark[]; code?: Mark } {
  const open: Mark[] = [];
  MARK.lastIndex = 0;
  for (let found = MARK.exec(text); found !== null; found = MARK.exec(text)) {
    const [piece, ticks, mark] = found;
    if (ticks !== undefined) {
      const end = new RegExp(`(?<!\`)${ticks}(?!\`)`, "g");
      end.lastIndex = MARK.lastIndex;
      if (end.exec(text) === null) {
        return { open, code: { mark: ticks, at: found.index } };
      }
      MARK.lastIndex = end.lastIndex;
    } else if (mark !== undefined) {
      take(open, { mark, at: found.index }, text);
    } else if (piece === "|" && text.startsWith("|")) {
      open.length = 0; // another cell
    }
  }
  return { open };
}

/** Let a mark end what is open, and begin something with what is left of it, where it can. */
function take(open: Mark[], { mark, at }: Mark, text: string): void {
  const [before, after] = [text[at - 1] ?? " ", text[at + mark.length] ?? " "];
  let left = mark.length;
  const canEnd = /\S/.test(before) && !(mark[0] === "_" && isOfWord(after));
  for (let last = open.at(-1); canEnd && last?.mark[0] === mark[0] && left >= (last?.mark.length ?? 0); last = open.at(-1)) {
    left -= last?.mark.length ?? 0;
    open.pop();
  }
  if (left > 0 && left <= 3 && /\S/.test(after) && !isOfWord(before)) {
    open.push({ mark: mark.slice(0, left), at });
  }
}

function isOfWord(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}

function close(text: string, open: Mark[]): string {
  let made = text;
  for (const { mark, at } of open.toReversed()) {
    const inside = text.slice(at + mark.length);
    if (inside.length <= (FURTHEST[mark.length] ?? 0) && /[^\s*_~]/.test(inside)) {
      made = made.trimEnd() + mark;
    }
  }
  return made;
}
