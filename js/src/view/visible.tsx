import type { JSX } from "preact";
import { questionStrings as strings } from "./strings/question";

// What can hide, reorder or fake a part of a command: control and format characters, everything Unicode lets a screen
// ignore, separators, spaces that are not the space, unassigned and private ones, lone surrogates, and letters that are drawn
// as nothing. A newline shows itself.
const HIDDEN = String.raw`(?!\n)[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}\u{16fe4}]|(?! )\p{Zs}`;
// Padding pushes what follows out of sight; a pile of accents covers its neighbours.
const PADDING = String.raw` {64,}|\n(?: {0,63}\n){7,}(?= {0,63}\n)|\p{Mn}{5,}`;
// Signs that pass for ASCII: its wide and its mathematical forms, and slashes, dots and semicolons of other kinds.
const LOOKALIKE = String.raw`[\uff01-\uff5e\uffe0-\uffe6\u{1d400}-\u{1d7ff}\u037e\u01c3\u2024\u2044\u2215\u2236\u29f8\ua789]`;
const MARKED = new RegExp(`(?<hidden>(?<one>${HIDDEN})\\k<one>*)|(?<padding>${PADDING})|(?<lookalike>${LOOKALIKE})`, "gu");

const WORD = /\p{L}+/gu;
const LATIN = /[a-z]/i;
const FOREIGN = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

const SHORT: Record<string, string> = { "\t": "\\t", "\r": "\\r", "\0": "\\0", "\u001b": "\\e", "\b": "\\b", "\u00a0": "\\u00a0" };
const MOST_ALIKE = 8; // more of the same are counted

export interface Segment {
  text: string;
  /** How characters that would not show themselves are written; undefined for ordinary text. */
  mark?: string;
  /** The name of a character that shows itself, but passes for another one. */
  odd?: string;
}

/** Cut text into what shows itself, what would not, and what passes for something else. */
export function segments(text: string): Segment[] {
  const found: Segment[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKED)) {
    found.push(...ordinary(text.slice(from, match.index)), ...marked(match));
    from = match.index + match[0].length;
  }
  found.push(...ordinary(text.slice(from)));
  return found;
}

/** Whether something in the text has to be marked. */
export function hides(text: string): boolean {
  return segments(text).some((part) => part.mark !== undefined || part.odd !== undefined);
}

function marked(match: RegExpExecArray): Segment[] {
  const { one, padding, lookalike } = match.groups as Record<"one" | "padding" | "lookalike", string | undefined>;
  const [text] = match;
  if (lookalike !== undefined) {
    return [{ text, odd: nameOf(text) }];
  }
  if (padding !== undefined) {
    return [{ text, mark: paddingMark(text) }];
  }
  const character = one ?? text;
  const count = text.length / character.length;
  return count > MOST_ALIKE
    ? [{ text, mark: `${markOf(character)}×${count}` }]
    : Array.from({ length: count }, () => ({ text: character, mark: markOf(character) }));
}

function paddingMark(text: string): string {
  if (text.startsWith(" ")) {
    return strings.spaces(text.length);
  }
  return text.startsWith("\n") ? strings.emptyLines(text.split("\n").length - 1) : `${markOf([...text][0] ?? "")}…×${[...text].length}`;
}

/** Text without hidden characters; a letter of another script inside a Latin word is told apart. */
function ordinary(text: string): Segment[] {
  const found: Segment[] = [];
  let from = 0;
  for (const word of text.matchAll(WORD)) {
    if (LATIN.test(word[0]) && FOREIGN.test(word[0])) {
      let at = word.index;
      for (const letter of word[0]) {
        if (FOREIGN.test(letter)) {
          found.push({ text: text.slice(from, at) }, { text: letter, odd: nameOf(letter) });
          from = at + letter.length;
        }
        at += letter.length;
      }
    }
  }
  found.push({ text: text.slice(from) });
  return found.filter((part) => part.text !== "");
}

function markOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return SHORT[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

// An emoji is made of several characters, some of which would show nothing by themselves.
const EMOJI = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?(?:\u200d\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?)*`;
const IN_PROSE = new RegExp(`(?<kept>${EMOJI}|[\\t\\r]|\\p{Zs})|${HIDDEN}`, "gu");

/** Markdown in which nothing can hide: such characters are written out. Spaces and emoji stay, since prose is full of them. */
export function writtenOut(text: string): string {
  return text.replace(IN_PROSE, (found, kept: string | undefined) => kept ?? markOf(found));
}

/** Text from outside in which nothing can hide: such characters are replaced on screen by a mark that names them. */
export function Visible({ text }: { text: string }): JSX.Element {
  return (
    <bdi>
      {segments(text).map(({ text: part, mark, odd }) =>
        mark !== undefined ? (
          <span class="jcw-mark">{mark}</span>
        ) : odd !== undefined ? (
          <span class="jcw-odd" title={odd}>
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </bdi>
  );
}
