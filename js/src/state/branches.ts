import type { Conversation, Turn } from "./conversation";
import { put } from "./turns";

type Forks = Conversation["forks"];

/** The conversation with one more turn, which is shown: it goes on from here. */
export function withTurn(state: Conversation, turn: Turn): Conversation {
  const index = state.turns.length;
  const follows = turn.after === lastShown(state);
  const forks = forked(state, turn);
  const turns = put(state.turns, index, turn);
  return { ...state, turns, path: follows ? [...state.path, index] : pathTo(turns, turn.id), forks };
}

/** The conversation with another account of the turn `index`. */
export function withTurnAgain(state: Conversation, index: number, turn: Turn): Conversation {
  const moved = state.turns[index]?.after !== turn.after;
  const last = lastShown(state);
  const turns = put(state.turns, index, turn);
  // It was made up before its start was told, and now it turns out to follow another one.
  return moved ? { ...state, turns, path: last === null ? [] : pathTo(turns, last), forks: forksOf(turns) } : { ...state, turns };
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

const ALONE: readonly string[] = [];

/** The turns that follow the same turn as this one, itself included, in the order in which they began; empty where there is no other. */
export function siblings(state: Conversation, turn: Turn): readonly string[] {
  return state.forks.get(turn.after) ?? ALONE;
}

/** The last turn of the branch that `id` begins; where that branches again, of the branch that goes on last. */
export function lastOf(state: Conversation, id: string): string {
  const inside = new Set([id]);
  let last = id;
  for (const next of state.turns) {
    if (next.after !== null && inside.has(next.after)) {
      inside.add(next.id);
      last = next.id;
    }
  }
  return last;
}

function forked({ forks, turns }: Conversation, turn: Turn): Forks {
  if (turn.after === (turns.at(-1)?.id ?? null)) {
    return forks; // nothing can follow the newest turn yet
  }
  const others = forks.get(turn.after) ?? turns.filter((other) => other.after === turn.after).map((other) => other.id);
  return others.length === 0 ? forks : new Map(forks).set(turn.after, [...others, turn.id]);
}

function forksOf(turns: readonly Turn[]): Forks {
  const following = new Map<string | null, string[]>();
  for (const { after, id } of turns) {
    following.set(after, [...(following.get(after) ?? []), id]);
  }
  return new Map([...following].filter(([, several]) => several.length > 1));
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
