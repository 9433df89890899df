import type { Turn } from "./conversation";

// The arrays that the batch which is being folded has made itself: nobody else has seen them yet.
let own: WeakSet<readonly Turn[]> | null = null;

/**
 * Fold several frames as one. What came before and what comes out of it is never changed in place; between the two, the
 * list of turns is copied once instead of for each frame, of which a long conversation has tens of thousands.
 */
export function asOne<T>(fold: () => T): T {
  own = new WeakSet();
  try {
    return fold();
  } finally {
    own = null;
  }
}

/** The turns with this one at `index`; at their end, that is one more. */
export function put(turns: readonly Turn[], index: number, turn: Turn): readonly Turn[] {
  const mine = own?.has(turns) ? (turns as Turn[]) : [...turns];
  own?.add(mine);
  mine[index] = turn;
  return mine;
}
