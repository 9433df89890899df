import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Received } from "../src/protocol/decode";
import { Gatherer } from "../src/state/gather";
import { ended, numbered, type ShortFrame, started, text } from "./fold";

let flushes: Received[][];
let gatherer: Gatherer;

beforeEach(() => {
  vi.useFakeTimers();
  flushes = [];
  gatherer = new Gatherer((frames) => flushes.push(frames));
});

afterEach(() => {
  gatherer.dispose();
  vi.useRealTimers();
});

function add(frames: ShortFrame[], first: number): void {
  for (const frame of numbered(frames, first)) {
    gatherer.add(frame);
  }
}

test("the first frame after a pause is handed on at once, and what follows closely comes together", () => {
  add([started], 1);
  expect(flushes).toHaveLength(1);
  add([todo(), text("x"), todo()], 2);
  expect(flushes).toHaveLength(1);
  vi.runAllTimers();
  expect(flushes[1]).toMatchObject([{ seq: 2 }, { seq: 3 }, { seq: 4 }]);
});

test("pieces of one block become one piece with the number of the last; another block stays apart", () => {
  add([started], 1);
  add([text("a"), text("b"), text("c"), text("x", "m1", 1)], 2);
  vi.runAllTimers();
  expect(flushes[1]).toMatchObject([
    { text: "abc", seq: 4 },
    { text: "x", seq: 5 },
  ]);
});

test("a piece that repeats an older number is not joined", () => {
  add([started], 1);
  add([text("a")], 5);
  add([text("a")], 5);
  vi.runAllTimers();
  expect(flushes[1]).toHaveLength(2);
});

test("the end of a turn waits for nothing, and comes after what was there before it", () => {
  add([started], 1);
  add([text("a"), ended], 2);
  expect(flushes[1]).toMatchObject([{ type: "text" }, { type: "turn_ended" }]);
});

test("a snapshot is handed on as a whole, with its head", () => {
  gatherer.add({ type: "snapshot", head: 9 });
  add([started, text("a")], 7);
  expect(flushes).toEqual([]);
  add([ended], 9);
  expect(flushes).toMatchObject([[{ type: "snapshot" }, { seq: 7 }, { seq: 8 }, { seq: 9 }]]);
});

test("a snapshot whose last frame is older than its head is handed on when nothing more comes", () => {
  gatherer.add({ type: "snapshot", head: 9_000 });
  add([started, ended], 7);
  vi.advanceTimersByTime(40);
  expect(flushes).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(flushes[0]).toHaveLength(3);
  add([text("b")], 9_001);
  vi.runAllTimers();
  expect(flushes).toHaveLength(2);
});

test("a change of the page's visibility shows what has gathered", () => {
  add([started], 1);
  add([text("a")], 2);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(flushes).toHaveLength(2);
});

test("after its end a gatherer hands nothing on", () => {
  add([started], 1);
  add([text("a")], 2);
  gatherer.dispose();
  vi.runAllTimers();
  expect(flushes).toHaveLength(1);
});

function todo(): ShortFrame {
  return { type: "plan", items: [] };
}
