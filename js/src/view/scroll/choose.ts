/** What the reader sees of the conversation: pixels from its top. */
export interface View {
  readonly top: number;
  readonly height: number;
}

const AHEAD = 1; // heights of the view that are drawn before they come into it
const KEPT = 3; // heights of the view within which nothing is undrawn that is drawn
const NEIGHBOURS = 12; // turns that stay drawn next to those in view, however high they are

/**
 * Which turns to draw, by their places in the conversation, in order. `heights`: of all turns; `drawn`: which are;
 * `pinned`: which must be, wherever they are.
 */
export function choose(heights: readonly number[], view: View, drawn: ReadonlySet<number>, pinned: ReadonlySet<number>): number[] {
  if (view.height <= 0) {
    const first = heights.length - NEIGHBOURS; // nothing can be seen: only the newest
    return heights.flatMap((_, place) => (place >= first || pinned.has(place) ? [place] : []));
  }
  const [first, last] = placesIn(heights, view);
  const chosen: number[] = [];
  let top = 0;
  for (let place = 0; place < heights.length; place++) {
    const bottom = top + (heights[place] as number);
    const near = distance(top, bottom, view) <= AHEAD * view.height;
    const stays = drawn.has(place) && (distance(top, bottom, view) <= KEPT * view.height || (place >= first - NEIGHBOURS && place <= last + NEIGHBOURS));
    if (near || stays || pinned.has(place)) {
      chosen.push(place);
    }
    top = bottom;
  }
  return chosen;
}

function placesIn(heights: readonly number[], view: View): [number, number] {
  let [first, last] = [heights.length - 1, 0];
  let top = 0;
  for (let place = 0; place < heights.length; place++) {
    const bottom = top + (heights[place] as number);
    if (distance(top, bottom, view) === 0) {
      first = Math.min(first, place);
      last = place;
    }
    top = bottom;
  }
  return [first, last];
}

function distance(top: number, bottom: number, view: View): number {
  return Math.max(0, view.top - bottom, top - (view.top + view.height));
}
