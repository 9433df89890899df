import { diffLines } from "diff";

/** Replace the characters from `start` to `end` (UTF-16 code units of the old text) by `text`. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

const MOST_EDITS = 500; // lines; a text that differs in more is replaced as one piece

/**
 * What turns `old` into `text`, last piece first, so that each can be done without moving the others.
 *
 * Small pieces: a cursor, a selection or somebody else's typing outside of them stays where it is.
 *
 * @param cursor where somebody writes in `old`; of several smallest ways, one is taken that leaves their line alone
 */
export function splices(old: string, text: string, cursor: number | null = null): Splice[] {
  const found = smallest(old, text);
  if (cursor === null || !found.some(({ start, end }) => start <= cursor && cursor <= end)) {
    return found;
  }
  const line = sameLine(old, text, cursor);
  if (line === null) {
    return found;
  }
  const behind = smallest(old.slice(line.end), text.slice(line.newEnd));
  const moved = behind.map((each) => ({ ...each, start: each.start + line.end, end: each.end + line.end }));
  return [...moved, ...smallest(old.slice(0, line.start), text.slice(0, line.newStart))];
}

function smallest(old: string, text: string): Splice[] {
  const found: Splice[] = [];
  const parts = diffLines(old, text, { maxEditLength: MOST_EDITS }) ?? [{ removed: true, value: old }, { added: true, value: text }];
  let at = 0;
  let piece: Splice | null = null;
  for (const { removed, added, value } of parts) {
    if (!removed && !added) {
      piece = null;
      at += value.length;
      continue;
    }
    if (piece === null) {
      piece = { start: at, end: at, text: "" };
      found.push(piece);
    }
    if (removed) {
      piece.end += value.length;
      at += value.length;
    } else {
      piece.text += value;
    }
  }
  return found.map((each) => trimmed(each, old)).reverse();
}

interface SameLine {
  start: number;
  end: number;
  newStart: number;
  newEnd: number;
}

/** Where the line at `cursor` is in both texts; of several such lines the one with the most of the same lines around it. */
function sameLine(old: string, text: string, cursor: number): SameLine | null {
  const [ours, theirs] = [old.split("\n"), text.split("\n")];
  const own = old.slice(0, cursor).split("\n").length - 1;
  let best = -1;
  let most = -1;
  theirs.forEach((line, at) => {
    const around = line === ours[own] ? alike(ours, own, theirs, at, 1) + alike(ours, own, theirs, at, -1) : -1;
    if (around > most) {
      [best, most] = [at, around];
    }
  });
  if (best < 0) {
    return null;
  }
  const [start, newStart] = [startOf(ours, own), startOf(theirs, best)];
  const { length } = ours[own] as string;
  return { start, end: start + length, newStart, newEnd: newStart + length };
}

/** How many lines are the same from there on, in this direction. */
function alike(ours: readonly string[], own: number, theirs: readonly string[], at: number, step: 1 | -1): number {
  let count = 0;
  while (own + step * count in ours && ours[own + step * count] === theirs[at + step * count]) {
    count += 1;
  }
  return count;
}

function startOf(lines: readonly string[], at: number): number {
  return lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
}

/** Without what both sides begin and end with. Characters of two code units are not cut in half. */
function trimmed({ start, end, text }: Splice, old: string): Splice {
  const most = Math.min(end - start, text.length);
  let head = 0;
  while (head < most && old[start + head] === text[head]) {
    head += 1;
  }
  if (head > 0 && isHigh(text.charCodeAt(head - 1))) {
    head -= 1;
  }
  let tail = 0;
  while (tail < most - head && old[end - 1 - tail] === text[text.length - 1 - tail]) {
    tail += 1;
  }
  if (tail > 0 && isLow(text.charCodeAt(text.length - tail))) {
    tail -= 1;
  }
  return { start: start + head, end: end - tail, text: text.slice(head, text.length - tail) };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
