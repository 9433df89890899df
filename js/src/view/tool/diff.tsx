import { diffLines } from "diff";
import type { JSX } from "preact";
import { Visible } from "../visible";

export interface Line {
  sign: " " | "+" | "-";
  text: string;
}

export interface Change {
  before: string;
  after: string;
}

const MOST_EDITS = 2_000; // beyond that a diff costs more than it tells

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

export function linesOf({ before, after }: Change): Line[] {
  if (before === "") {
    return signed("+", after);
  }
  if (after === "") {
    return signed("-", before);
  }
  // A missing newline at the end is the tool's way of naming a place, not a difference.
  const parts = diffLines(`${before}\n`, `${after}\n`, { maxEditLength: MOST_EDITS });
  if (parts === undefined) {
    return [...signed("-", before), ...signed("+", after)];
  }
  return parts.flatMap((part) => signed(part.added ? "+" : part.removed ? "-" : " ", part.value));
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

const CLASSES = { "+": "jcw-diff-added", "-": "jcw-diff-removed", " ": "jcw-diff-same" };

export function Diff({ changes }: { changes: readonly Change[] }): JSX.Element {
  return (
    <div class="jcw-diff" tabIndex={0} role="group">
      {changes.map((change) => (
        <div class="jcw-diff-hunk">
          {linesOf(change).map((line) => (
            <div class={`jcw-diff-line ${CLASSES[line.sign]}`}>
              <span class="jcw-diff-sign">{line.sign}</span>
              <span class="jcw-diff-text">
                <Visible text={line.text} />
              </span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
