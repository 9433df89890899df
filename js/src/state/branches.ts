import type { Conversation, Turn } from "./conversation";

/** The conversation with one more turn, which is shown: it goes on from here. */
export function withTurn(state: Conversation, turn: Turn): Conversation {
  const turns = [...state.turns, turn];
  const follows = turn.after === lastShown(state);
  const path = follows ? [...state.path, state.turns.length] : pathTo(turns, turn.id);
  return { ...state, turns, path };
}

/** The conversation as it was up to the turn `after`; null: before the first one. */
export function goBackTo(state: Conversation, after: string | null): Conversation {
  return { ...state, path: after === null ? [] : pathTo(state.turns, after) };
}

/** The id of the last turn that is shown. */
export function lastShown(state: Conversation): string | null {
  const index = state.path.at(-1);
  return index === undefined ? null : (state.turns[index]?.id ?? null);
}

/** The turns that follow the same turn as this one, itself included, in the order in which they began. */
export function siblings(state: Conversation, turn: Turn): readonly Turn[] {
  return state.turns.filter((other) => other.after === turn.after);
}

/** The last turn of the branch that `turn` begins; where that branches again, of the branch that goes on last. */
export function lastOf(state: Conversation, turn: Turn): Turn {
  const inside = new Set([turn.id]);
  let last = turn;
  for (const next of state.turns) {
    if (next.after !== null && inside.has(next.after)) {
      inside.add(next.id);
      last = next;
    }
  }
  return last;
}

function pathTo(turns: readonly Turn[], id: string): readonly number[] {
  const path: number[] = [];
  let wanted: string | null = id;
  for (let index = turns.length - 1; index >= 0 && wanted !== null; index--) {
    const turn = turns[index] as Turn;
    if (turn.id === wanted) {
      path.push(index);
      wanted = turn.after; // earlier in the list: a turn follows one that had begun before it
    }
  }
  return path.reverse();
}
