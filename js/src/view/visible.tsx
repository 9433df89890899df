import type { JSX } from "preact";

// What can hide, reorder or fake a part of a command: control and format characters, everything Unicode lets a screen
// ignore, separators, spaces that are not the space, unassigned and private ones, lone surrogates. A newline shows itself.
const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const SHORT: Record<string, string> = { "\t": "\\t", "\r": "\\r", "\0": "\\0", "\u001b": "\\e", "\b": "\\b", "\u00a0": "\\u00a0" };

export interface Segment {
  text: string;
  /** How a hidden character is written; undefined for ordinary text. */
  mark?: string;
}

/** Cut text into what shows itself and what would not. */
export function segments(text: string): Segment[] {
  const found: Segment[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) {
      found.push({ text: text.slice(from, match.index) });
    }
    found.push({ text: match[0], mark: markOf(match[0]) });
    from = match.index + match[0].length;
  }
  if (from < text.length) {
    found.push({ text: text.slice(from) });
  }
  return found;
}

function markOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return SHORT[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}

/** Text from outside in which nothing can hide: each such character is replaced on screen by a mark that names it. */
export function Visible({ text }: { text: string }): JSX.Element {
  return (
    <bdi>
      {segments(text).map(({ text: part, mark }) => (mark === undefined ? part : <span class="jcw-mark">{mark}</span>))}
    </bdi>
  );
}
