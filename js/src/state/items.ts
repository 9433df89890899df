import { lastShown, withTurn } from "./branches";
import type { Conversation, Item, ToolItem, Turn } from "./conversation";
import { put } from "./turns";

type Change<T> = (item: T) => T | null;

/** Add at the end, or inside the tool call `parent` where that is known. */
export function place(items: readonly Item[], item: Item, parent: string | null | undefined): readonly Item[] {
  if (parent) {
    const inside = changeTool(items, parent, (tool) => ({ ...tool, children: [...tool.children, item] }));
    if (inside !== items) {
      return inside;
    }
  }
  return [...items, item];
}

/** Change the item `key`, wherever it is nested; null takes it out. The same array comes back where it is not there. */
export function change(items: readonly Item[], key: string, how: Change<Item>): readonly Item[] {
  return changeFirst(items, (item) => item.key === key, how);
}

/** Change a tool call, wherever it is nested. */
export function changeTool(items: readonly Item[], tool: string, how: Change<ToolItem>): readonly Item[] {
  return changeFirst(
    items,
    (item) => item.kind === "tool" && item.tool === tool,
    (item) => (item.kind === "tool" ? how(item) : item),
  );
}

function changeFirst(items: readonly Item[], wanted: (item: Item) => boolean, how: Change<Item>): readonly Item[] {
  // From the end: what changes is nearly always what came last.
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index] as Item;
    if (wanted(item)) {
      const changed = how(item);
      return changed === null ? items.toSpliced(index, 1) : items.with(index, changed);
    }
    if (item.kind === "tool" && item.children.length > 0) {
      const children = changeFirst(item.children, wanted, how);
      if (children !== item.children) {
        return items.with(index, { ...item, children });
      }
    }
  }
  return items;
}

/** Find an item by its key, wherever it is nested. */
export function find(items: readonly Item[], key: string): Item | undefined {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index] as Item;
    if (item.key === key) {
      return item;
    }
    const inside = item.kind === "tool" ? find(item.children, key) : undefined;
    if (inside) {
      return inside;
    }
  }
  return undefined;
}

/**
 * Change the items of a turn: of the one that is named, else of the newest.
 *
 * A turn that was never announced (its start is older than what the journal keeps) is made up.
 */
export function inTurn(
  state: Conversation,
  frame: { turn?: string | null; at: number },
  how: (items: readonly Item[]) => readonly Item[],
): Conversation {
  const index = frame.turn ? state.turns.findLastIndex((turn) => turn.id === frame.turn) : state.turns.length - 1;
  const turn = state.turns[index];
  if (turn === undefined) {
    const id = frame.turn ?? "unannounced";
    const made: Turn = { id, origin: { kind: "other" }, text: "", attachments: [], mentions: [], after: lastShown(state), startedAt: frame.at, items: how([]), end: null };
    return withTurn(state, made);
  }
  const items = how(turn.items);
  return items === turn.items ? state : { ...state, turns: put(state.turns, index, { ...turn, items }) };
}

/** Change a tool call in whichever turn it is: a background task may report after its turn is over. */
export function inAnyTurn(state: Conversation, tool: string, how: Change<ToolItem>): Conversation {
  for (let index = state.turns.length - 1; index >= 0; index--) {
    const turn = state.turns[index] as Turn;
    const items = changeTool(turn.items, tool, how);
    if (items !== turn.items) {
      return { ...state, turns: put(state.turns, index, { ...turn, items }) };
    }
  }
  return state;
}
