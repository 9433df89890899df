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
 */
export function splices(old: string, text: string): Splice[] {
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
