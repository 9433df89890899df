import { expect, test } from "vitest";
import { type Splice, splices } from "../src/lab/live-notebook/splices";
import { generator } from "./generator";
import { isLarge } from "./large";

const RUNS = isLarge ? 100_000 : 3_000;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/; // half of a character
const PIECES = ["a", "b", "x = 1", "\n", "\n\n", "# note", "😀", "😁", "é", "  ", "print(x)\n"];

function done(old: string, pieces: readonly Splice[]): string {
  return pieces.reduce((text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end), old);
}

function someText(random: (below: number) => number): string {
  return Array.from({ length: random(12) }, () => PIECES[random(PIECES.length)]).join("");
}

test("the splices, done one after another, make the new text out of the old one, and cut no character in half", () => {
  const random = generator(1);
  for (let run = 0; run < RUNS; run += 1) {
    const [old, text] = [someText(random), someText(random)];
    const cursor = random(2) === 0 ? null : random(old.length + 1);
    const pieces = splices(old, text, cursor);
    expect(done(old, pieces), JSON.stringify([old, text, cursor])).toBe(text);
    for (const { start, end, text: put } of pieces) {
      for (const part of [old.slice(0, start), old.slice(start, end), put]) {
        expect(part, JSON.stringify([old, text])).not.toMatch(LONE);
      }
    }
  }
});

test("what is the same before, between and behind the changes is left alone", () => {
  const old = "alpha = 1\nbeta = 2\ngamma = 3\n";
  expect(splices(old, "alpha = 10\nbeta = 2\ngamma = 33\n")).toEqual([
    { start: 28, end: 28, text: "3" },
    { start: 9, end: 9, text: "0" },
  ]);
  expect(splices(old, old)).toEqual([]);
  expect(splices("", "new")).toEqual([{ start: 0, end: 0, text: "new" }]);
  expect(splices("a😀b", "a😁b")).toEqual([{ start: 1, end: 3, text: "😁" }]);
});

test("two texts that have nothing in common are one piece", () => {
  const old = Array.from({ length: 20_000 }, (_, n) => `old ${n}`).join("\n");
  const text = Array.from({ length: 20_000 }, (_, n) => `${n} new`).join("\n");
  const pieces = splices(old, text);
  expect(pieces).toHaveLength(1);
  expect(done(old, pieces)).toBe(text);
});

test("of several smallest ways, one is taken that leaves the line alone in which somebody writes", () => {
  const old = "# a\n\nmine\n\n# b\n#\n# c";
  const text = "# d\n#\n# a\n#\n# e\n\nmine\n\n# f";
  const cursor = old.indexOf("mine") + 2;
  expect(splices(old, text, cursor).some(({ start, end }) => start <= cursor && cursor <= end)).toBe(false);
  expect(done(old, splices(old, text, cursor))).toBe(text);

  const [before, after] = ["# yx\n😁\nrs\n#\n\nyzx!", "# yx\n\n😁#x\n\nyx\nrs\n# x"];
  for (let at = before.indexOf("rs"); at <= before.indexOf("rs") + 2; at += 1) {
    expect(splices(before, after, at).some(({ start, end }) => start <= at && at <= end && end > start)).toBe(false);
  }
});
