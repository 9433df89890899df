import { partIfLoaded } from "../../parts";

/** What an editing tool replaces by what; a new text replaces an empty one. */
export interface Change {
  before: string;
  after: string;
}

export interface Line {
  sign: " " | "+" | "-";
  text: string;
}

/** A piece of a line, and whether it is what differs from the other side's line. */
export interface Piece {
  text: string;
  changed: boolean;
}

/** Lines that stay, or lines that go with those that come for them. */
export type Block =
  | { kind: "same"; lines: readonly string[] }
  | { kind: "changed"; removed: readonly (readonly Piece[])[]; added: readonly (readonly Piece[])[] };

const MOST_EDITS = 2_000; // beyond that a diff costs more than it tells
const MOST_PAIRS = 200;
const LONGEST_LINE = 500; // characters, for words
const ALIKE = 0.4; // of the shorter line; less, and marked words would be most of both

/** The changes that an editing tool's input describes; null where the tool is not one that edits text. */
export function changesOf(name: string, input: Readonly<Record<string, unknown>>): Change[] | null {
  if (name === "Write" && typeof input["content"] === "string") {
    return [{ before: "", after: input["content"] }];
  }
  if (name === "Edit") {
    return asChange(input);
  }
  if (name === "MultiEdit" && Array.isArray(input["edits"])) {
    const all = input["edits"].map(asChange);
    return all.includes(null) ? null : (all as Change[][]).flat();
  }
  return null;
}

function asChange(edit: unknown): Change[] | null {
  if (typeof edit !== "object" || edit === null || !("old_string" in edit) || !("new_string" in edit)) {
    return null;
  }
  const { old_string: before, new_string: after } = edit;
  return typeof before === "string" && typeof after === "string" ? [{ before, after }] : null;
}

/** One change, line by line; until the part "diff" is there, all that goes and then all that comes. */
export function linesOf({ before, after }: Change): Line[] {
  if (before === "") {
    return signed("+", after);
  }
  if (after === "") {
    return signed("-", before);
  }
  // A missing newline at the end is the tool's way of naming a place, not a difference.
  const parts = partIfLoaded("diff")?.diffLines(ended(before), ended(after), { maxEditLength: MOST_EDITS });
  if (parts === undefined) {
    return [...signed("-", before), ...signed("+", after)];
  }
  return parts.flatMap((part) => signed(part.added ? "+" : part.removed ? "-" : " ", part.value));
}

function ended(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function signed(sign: Line["sign"], text: string): Line[] {
  const lines = text.replace(/\n$/, "").split("\n");
  return text === "" ? [] : lines.map((line) => ({ sign, text: line }));
}

/** How many lines come and go. */
export function tally(changes: readonly Change[]): { added: number; removed: number } {
  const lines = changes.flatMap(linesOf);
  return {
    added: lines.filter((line) => line.sign === "+").length,
    removed: lines.filter((line) => line.sign === "-").length,
  };
}

/** One change as blocks, in which the words that differ are told apart. */
export function blocksOf(change: Change): Block[] {
  const blocks: Block[] = [];
  const lines = linesOf(change);
  for (let at = 0; at < lines.length; ) {
    const run = (sign: Line["sign"]) => {
      const from = at;
      while (lines[at]?.sign === sign) {
        at++;
      }
      return lines.slice(from, at).map((line) => line.text);
    };
    const same = run(" ");
    if (same.length > 0) {
      blocks.push({ kind: "same", lines: same });
    }
    const removed = run("-");
    const added = run("+");
    if (removed.length + added.length > 0) {
      blocks.push(changed(removed, added));
    }
  }
  return blocks;
}

function changed(removed: readonly string[], added: readonly string[]): Block {
  const pairs = Math.min(removed.length, added.length) <= MOST_PAIRS ? removed.map((line, index) => words(line, added[index])) : [];
  return {
    kind: "changed",
    removed: removed.map((line, index) => pairs[index]?.[0] ?? [{ text: line, changed: false }]),
    added: added.map((line, index) => pairs[index]?.[1] ?? [{ text: line, changed: false }]),
  };
}

/** Both lines in pieces; null where they have too little in common. */
function words(removed: string, added: string | undefined): [Piece[], Piece[]] | null {
  const compare = partIfLoaded("diff")?.diffWordsWithSpace;
  if (compare === undefined || added === undefined || Math.max(removed.length, added.length) > LONGEST_LINE) {
    return null;
  }
  const parts = compare(removed, added);
  const common = parts.reduce((sum, part) => sum + (part.added || part.removed ? 0 : part.value.trim().length), 0);
  if (common < ALIKE * Math.min(removed.trim().length, added.trim().length)) {
    return null;
  }
  const side = (other: "added" | "removed", own: "added" | "removed") =>
    parts.filter((part) => !part[other]).map((part) => ({ text: part.value, changed: part[own] === true }));
  return [side("added", "removed"), side("removed", "added")];
}
