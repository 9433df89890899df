import { describe, expect, test } from "vitest";
import type { Item, ToolItem } from "../src/state/conversation";
import { plainText } from "../src/view/find/plain";
import { pattern, rangesIn } from "../src/view/find/match";
import { sourcesOf } from "../src/view/find/sources";
import { choose } from "../src/view/scroll/choose";
import { grouped } from "../src/view/tool/group";
import { ended, fold, type ShortFrame, started, toolFinished, toolStarted, whole } from "./fold";

const NONE = new Set<number>();
const equal = (count: number, height = 100) => Array.from({ length: count }, () => height);
const between = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("the turns to draw", () => {
  test("are those in view and as much again on both sides", () => {
    expect(choose(equal(100), { top: 5_050, height: 400 }, NONE, NONE)).toEqual(between(46, 58));
  });

  test("stay drawn while they are near, and no longer", () => {
    const drawn = new Set(between(0, 99));
    const kept = choose(equal(100), { top: 5_050, height: 400 }, drawn, NONE);
    expect(kept).toEqual(between(38, 66));
  });

  test("are few where they are high, but their neighbours stay", () => {
    const drawn = new Set(between(30, 70));
    expect(choose(equal(100, 5_000), { top: 250_000, height: 400 }, drawn, NONE)).toEqual(between(37, 62));
  });

  test("are the newest ones where nothing can be seen", () => {
    expect(choose(equal(100), { top: 0, height: 0 }, NONE, NONE)).toEqual(between(88, 99));
  });

  test("contain what is pinned, wherever it is", () => {
    expect(choose(equal(100), { top: 9_600, height: 400 }, NONE, new Set([3]))).toEqual([3, ...between(91, 99)]);
  });
});

function itemsOf(...frames: ShortFrame[]): readonly Item[] {
  return fold([started, ...frames]).turns[0]?.items ?? [];
}

const read = (tool: string): ShortFrame[] => [toolStarted(tool, null, "Read"), toolFinished(tool)];
const kinds = (items: readonly Item[], over: boolean) => grouped(items, over).map((item) => (item.kind === "group" ? item.items.length : item.kind));

describe("quiet tool calls in a row", () => {
  const four = ["a", "b", "c", "d"].flatMap(read);

  test("become one where there are more than three and something follows", () => {
    expect(kinds(itemsOf(...four, whole("Seen.")), false)).toEqual([4, "text"]);
  });

  test("stay as they are while they are the newest, and become one when the turn is over", () => {
    expect(kinds(itemsOf(...four), false)).toEqual(["tool", "tool", "tool", "tool"]);
    expect(kinds(itemsOf(...four), true)).toEqual([4]);
  });

  test("stay as they are where they are three, or something else is between them", () => {
    expect(kinds(itemsOf(...read("a"), ...read("b"), whole("So far."), ...read("c"), ...read("d")), true)).toEqual(["tool", "tool", "text", "tool", "tool"]);
  });

  test("become one even alone where they only write the to-do list, and stay where that failed", () => {
    const task = (tool: string, outcome = "done"): ShortFrame[] => [
      toolStarted(tool, null, "TaskUpdate"),
      { type: "tool_finished", tool, outcome, content: [], omitted: 0 } as ShortFrame,
    ];
    expect(kinds(itemsOf(...task("a"), whole("One."), ...task("b"), ...task("c"), whole("Two.", "m2")), false)).toEqual([1, "text", 2, "text"]);
    expect(kinds(itemsOf(...task("a", "failed"), whole("One.")), false)).toEqual(["tool", "text"]);
  });

  test("leave out what changes things and what still runs", () => {
    const mixed = [...four, toolStarted("e"), toolFinished("e"), toolStarted("f", null, "Read")];
    expect(kinds(itemsOf(...mixed), true)).toEqual([4, "tool", "tool"]);
  });
});

describe("finding", () => {
  test.each([
    ["emphasis and code", "The **mean** of `x` is *high*.", "The mean of x is high."],
    ["links and headings", "## See [the docs](https://example.org/a_b)", "See the docs"],
    ["lists and quotes", "- one\n1. two\n> three", "one\ntwo\nthree"],
    ["a fence", "```python\nx = 1\n```", "\nx = 1\n"],
    ["what is not markdown", "a_b * c_d", "a_b * c_d"],
  ])("reads %s as they are shown", (_what, markdown, words) => {
    expect(plainText(markdown)).toBe(words);
  });

  test("takes signs of the query for themselves, and ignores case and line breaks", () => {
    expect("What is\nF(X)? f(x)!".match(pattern("is f(x)"))).toHaveLength(1);
    expect("f(x) F(X) fx".match(pattern("f(x)"))).toHaveLength(2);
  });

  test("does not reach from one paragraph into the next, but over marked words", () => {
    const root = document.createElement("div");
    root.innerHTML = "<p>one <b>two</b> three</p><p>four</p><button>two three</button>";
    expect(rangesIn(root, pattern("two three")).map(String)).toEqual(["two three"]);
    expect(rangesIn(root, pattern("three four"))).toEqual([]);
  });

  test("knows what must be unfolded to see a place", () => {
    const agent = toolStarted("agent", null, "Agent");
    const inside = { ...toolFinished("b"), content: [{ kind: "text", text: "\u001b[31mneedle\u001b[0m" }] } as ShortFrame;
    const turn = fold([started, agent, toolStarted("b", "agent"), inside, toolFinished("agent"), ended]).turns[0];
    const source = turn && sourcesOf(turn).find(({ text }) => text === "needle");
    expect(source).toMatchObject({ item: "b", part: "output", folds: ["agent:inside", "b", "b:output:0"] });
  });

  test("searches the prompt, the replies, and titles and outputs of tools", () => {
    const turn = fold([started, toolStarted("a"), { ...toolFinished("a"), content: [{ kind: "text", text: "out" }] } as ShortFrame, whole("**So.**")]).turns[0];
    expect(turn && sourcesOf(turn).map(({ part, text }) => [part, text])).toEqual([
      ["prompt", "Hello"],
      ["title", "Bash\nls"],
      ["output", "out"],
      ["reply", "So."],
    ]);
  });
});

test("a background task runs on after its call, until it is told to have ended", async () => {
  const { backgroundTasks } = await import("../src/view/tool/background");
  const launched = { ...toolFinished("a"), detail: { backgroundTaskId: "b1" } } as ShortFrame;
  const running = { ...fold([started, toolStarted("a"), launched, ended]), state: "ready" } as const;
  expect(backgroundTasks(running).map(({ turn, item }) => [turn, (item as ToolItem).tool])).toEqual([["t1", "a"]]);
  const over = fold([{ type: "tool_progress", tool: "a", text: "", state: "failed" }], running);
  expect(backgroundTasks(over)).toEqual([]);
  expect(backgroundTasks({ ...running, state: "asleep" })).toEqual([]);
});
