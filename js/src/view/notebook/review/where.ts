import type { CellsAsk } from "../../../protocol/frames.gen";
import type { ReviewTexts } from "../../strings/review";
import type { Decided } from "./deciding";

type Changes = readonly CellsAsk["changes"][number][];

/**
 * Where a new or moved cell of a proposal will be, in words. New cells follow each other: of those that are rejected the
 * next one takes the place.
 *
 * @param together new cells of one place are shown below each other, and no others between them
 */
export function whereOf(strings: ReviewTexts, changes: Changes, index: number, { decisions }: Pick<Decided, "decisions">, together: boolean): string {
  const change = changes[index] as Changes[number];
  const coming = before(changes, index).filter((each) => decisions.get(each)?.accept !== false);
  const [last] = coming;
  if (last === undefined) {
    return strings.where(change.after_number ?? null);
  }
  const others = changes.slice(last + 1, index).some(({ action }, place) => action === "insert" && decisions.get(last + 1 + place)?.accept !== false);
  return together || !others ? strings.belowNew : strings.belowNewAt(change.after_number ?? 0, coming.length);
}

/** The new cells that one is to follow, the nearest first. */
function before(changes: Changes, index: number): number[] {
  const found: number[] = [];
  let after = changes[index]?.after ?? null;
  for (let place = index - 1; place >= 0 && after !== null; place--) {
    const earlier = changes[place];
    if (earlier?.action === "insert" && earlier.cell === after) {
      found.push(place);
      after = earlier.after ?? null;
    }
  }
  return found;
}
