import { describe, expect, test } from "vitest";
import type { Received } from "../src/protocol/decode";
import { lastOf, siblings } from "../src/state/branches";
import { type Conversation, EMPTY, type Turn } from "../src/state/conversation";
import { reduce } from "../src/state/reduce";

let seq = 0;

function started(turn: string, after?: string): Received {
  seq += 1;
  return { type: "turn_started", seq, at: 0, turn, text: turn, attachments: [], mentions: [], origin: { kind: "prompt" }, ...(after && { after }) };
}

function branch(after?: string): Received {
  seq += 1;
  return { type: "branch", seq, at: 0, ...(after && { after }) };
}

function fold(...frames: Received[]): Conversation {
  return frames.reduce((state, frame) => reduce(state, frame, 0), EMPTY);
}

function shown(state: Conversation): string[] {
  return state.path.map((index) => (state.turns[index] as Turn).id);
}

function named(state: Conversation, id: string): Turn {
  return state.turns.find((turn) => turn.id === id) as Turn;
}

describe("branches", () => {
  test("turns follow each other", () => {
    expect(shown(fold(started("a"), started("b", "a"), started("c")))).toEqual(["a", "b", "c"]);
  });

  test("going back hides what came after, and the next turn follows from there", () => {
    const back = fold(started("a"), started("b", "a"), started("c", "b"), branch("a"));
    expect(shown(back)).toEqual(["a"]);
    expect(shown(reduce(back, started("d", "a"), 0))).toEqual(["a", "d"]);
  });

  test("going back to the beginning leaves nothing, and a first turn follows nothing", () => {
    const state = fold(started("a"), branch(), started("b"));
    expect(shown(state)).toEqual(["b"]);
    expect(named(state, "b").after).toBeNull();
  });

  test("another branch is shown whole, from its beginning to the turn it is named by", () => {
    const state = fold(started("a"), started("b", "a"), started("c", "b"), branch("a"), started("d", "a"), branch("c"));
    expect(shown(state)).toEqual(["a", "b", "c"]);
  });

  test("turns that follow the same one are siblings, and each knows how its branch ends", () => {
    const state = fold(
      started("a"), started("b", "a"), started("c", "b"), branch("a"), started("d", "a"), branch("b"), started("e", "b"),
    );
    expect(siblings(state, named(state, "d"))).toEqual(["b", "d"]);
    expect(siblings(state, named(state, "e"))).toEqual(["c", "e"]);
    expect(siblings(state, named(state, "a"))).toEqual([]);
    expect(lastOf(state, "b")).toBe("e");
    expect(lastOf(state, "d")).toBe("d");
    expect(lastOf(state, "c")).toBe("c");
  });

  test("a turn of a branch that is not shown shows its branch when it begins", () => {
    const state = fold(started("a"), started("b", "a"), branch("a"), started("c", "b"));
    expect(shown(state)).toEqual(["a", "b", "c"]);
  });
});
