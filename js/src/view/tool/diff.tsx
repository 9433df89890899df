import type { JSX } from "preact";
import { useFold } from "../reading";
import { toolStrings as strings } from "../strings/tool";
import { usePart } from "../use-part";
import { Visible } from "../visible";
import { type Block, blocksOf, type Change, type Piece } from "./change";

const CONTEXT = 3; // unchanged lines that are shown next to a change
const MOST = 60; // lines; more fold
const SHOWN = 40;

interface DiffProps {
  changes: readonly Change[];
  /** What remembers whether a long one is shown whole; without it, it always is. */
  fold?: string;
  texts?: DiffTexts;
}

type DiffTexts = Pick<typeof strings, "diff" | "sameLines" | "moreLines" | "showAll">;

/** Changes of a text: one line below the other where it is narrow, side by side where there is room. */
export function Diff({ changes, fold, texts = strings }: DiffProps): JSX.Element {
  usePart("diff");
  const [whole, setWhole] = useFold(fold ?? "");
  const all = changes.map(blocksOf);
  const lines = all.flat().reduce((sum, block) => sum + heightOf(block), 0);
  const folds = fold !== undefined && !whole && lines > MOST;
  const shown = folds ? beginning(all, SHOWN) : all;
  const sides = all.some((blocks) => blocks.some((block) => block.kind === "same" || block.removed.length > 0));
  return (
    <div class="jcw-diff-box">
      <div class={`jcw-diff ${sides ? "jcw-diff-sides" : ""}`} tabIndex={0} role="group" aria-label={texts.diff} data-jcw="diff">
        {shown.map((blocks) => (
          <div class="jcw-diff-hunk">
            {blocks.map((block, place) =>
              block.kind === "changed" ? (
                <Changed block={block} />
              ) : (
                <Same lines={block.lines} head={place > 0 ? CONTEXT : 0} tail={place < blocks.length - 1 ? CONTEXT : 0} fold={fold !== undefined && !whole} texts={texts} />
              ),
            )}
          </div>
        ))}
      </div>
      {folds && (
        <button type="button" class="jcw-link" data-jcw="show-all" onClick={() => setWhole(true)}>
          {texts.moreLines(lines - SHOWN)}, {texts.showAll}
        </button>
      )}
    </div>
  );
}

interface SameProps {
  lines: readonly string[];
  /** How many are shown below the change before them, and above the one after them. */
  head: number;
  tail: number;
  fold: boolean;
  texts: DiffTexts;
}

function Same({ lines, head, tail, fold, texts }: SameProps): JSX.Element {
  const hidden = fold ? lines.length - head - tail : 0;
  const shown = hidden > CONTEXT ? [...lines.slice(0, head), null, ...lines.slice(lines.length - tail)] : lines;
  return (
    <>
      {shown.map((line) =>
        line === null ? (
          <div class="jcw-diff-gap">{texts.sameLines(hidden)}</div>
        ) : (
          <div class="jcw-diff-pair">
            <DiffLine kind="same" sign=" " pieces={[{ text: line, changed: false }]} />
            <div class="jcw-diff-line jcw-diff-twin" aria-hidden="true">
              <span class="jcw-diff-sign"> </span>
              <span class="jcw-diff-text">
                <Visible text={line} />
              </span>
            </div>
          </div>
        ),
      )}
    </>
  );
}

/** What goes and then what comes; side by side, the style sheet puts them into two columns. */
function Changed({ block }: { block: Extract<Block, { kind: "changed" }> }): JSX.Element {
  return (
    <div class="jcw-diff-pair">
      {block.removed.map((pieces) => (
        <DiffLine kind="removed" sign="-" pieces={pieces} />
      ))}
      {block.added.map((pieces) => (
        <DiffLine kind="added" sign="+" pieces={pieces} />
      ))}
    </div>
  );
}

interface LineProps {
  kind: "same" | "removed" | "added";
  sign: string;
  pieces: readonly Piece[];
}

function DiffLine({ kind, sign, pieces }: LineProps): JSX.Element {
  return (
    <div class={`jcw-diff-line jcw-diff-${kind}`}>
      <span class="jcw-diff-sign">{sign}</span>
      <span class="jcw-diff-text">
        {pieces.map(({ text, changed }) =>
          changed ? (
            <span class="jcw-diff-word">
              <Visible text={text} />
            </span>
          ) : (
            <Visible text={text} />
          ),
        )}
      </span>
    </div>
  );
}

function heightOf(block: Block): number {
  return block.kind === "same" ? Math.min(block.lines.length, 2 * CONTEXT + 1) : block.removed.length + block.added.length;
}

/** The first lines of all changes. */
function beginning(all: readonly Block[][], lines: number): Block[][] {
  let left = lines;
  const shown: Block[][] = [];
  for (const blocks of all) {
    const kept: Block[] = [];
    for (const block of blocks) {
      if (left > 0) {
        kept.push(shortened(block, left));
        left -= heightOf(block);
      }
    }
    if (kept.length > 0) {
      shown.push(kept);
    }
  }
  return shown;
}

function shortened(block: Block, lines: number): Block {
  if (block.kind === "same") {
    return block;
  }
  const removed = block.removed.slice(0, lines);
  return { ...block, removed, added: block.added.slice(0, Math.max(1, lines - removed.length)) };
}
