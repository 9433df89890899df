import { expect, test, vi } from "vitest";
import { welcome } from "./agent-files";
import { ended, permission, type ShortFrame, started, toolFinished, toolStarted, whole } from "./fold";
import { Stage, until } from "./stage";

const stage = new Stage();
const { all, one, shows, gone } = stage;
const todo = (...states: string[]) => ({ type: "plan", items: states.map((status, id) => ({ id: `${id}`, text: `Step ${id}`, status })) }) as ShortFrame;

test("a to-do list that Claude has left can be put away, and comes back when Claude goes on with it", async () => {
  await stage.show(started, todo("in_progress", "pending"), { type: "state", state: "running" } as ShortFrame);
  await shows("todo", "0 of 2 done");
  await gone("todo-hide"); // it is being worked through
  await stage.show(ended, { type: "state", state: "ready" } as ShortFrame);
  await stage.press("todo-hide");
  await gone("todo");
  await stage.show(todo("completed", "in_progress"));
  await shows("todo", "1 of 2 done");
});

test.each([true, false])("whoever begins with one of the examples can write on at once, demo model: %s", async (demo) => {
  welcome(stage, { demo });
  stage.reload();
  await shows("examples", demo ? "Hello!" : "Explain this notebook");
  const example = one("examples").querySelector("button");
  example?.focus();
  example?.click();
  expect((await stage.got("prompt"))[0]?.text).toBe(example?.textContent);
  expect(document.activeElement).toBe(one("composer"));
});

test("the time that a tool took leaves out how long the person thought about it", async () => {
  const settled = { type: "question_settled", question: "q", decision: "allow", message: "" };
  const frames = [
    { ...started, at: 0 },
    { ...toolStarted("a"), at: 0 },
    { ...permission("q", "a"), at: 1000 },
    { ...settled, at: 61_000 },
    { ...toolFinished("a"), at: 64_000 },
  ];
  await stage.show(...(frames as ShortFrame[]));
  await shows("tool", "3.0 s");
});

test("what a turn does is not told while nobody here can know it", async () => {
  await stage.show(started, { type: "state", state: "running" } as ShortFrame);
  await shows("working", "Waiting for the model");
  await stage.wire.close(); // the server is gone
  await gone("working");
});

test("a permission to edit shows no setting that says nothing", async () => {
  const ask = (replace_all: boolean) =>
    ({
      type: "question",
      question: `q-${replace_all}`,
      nonce: "n",
      ask: { kind: "permission", tool: "a", name: "Edit", input: { file_path: "/w/a.py", old_string: "a", new_string: "b", replace_all }, rules: [] },
    }) as unknown as ShortFrame;
  await stage.show(started, toolStarted("a", null, "Edit"), ask(false));
  await shows("question", "/w/a.py");
  expect(one("question").textContent).not.toContain("replace_all");
  await stage.show(ask(true));
  await until(() => expect(all("question").some((each) => each.textContent?.includes("replace_all"))).toBe(true));
});

test("on paper all turns are drawn, with all of their text", async () => {
  const turns = Array.from({ length: 40 }, (_, index): ShortFrame[] => [
    { ...started, turn: `t${index}` } as ShortFrame,
    { ...whole(`${"A long reply. ".repeat(400)}The end of ${index}.`), turn: `t${index}` } as ShortFrame,
    { ...ended, turn: `t${index}` } as ShortFrame,
  ]);
  await stage.show(...turns.flat());
  await vi.waitFor(() => expect(one("viewport").dataset["turns"]).toBe("40"), 10_000);
  expect(all("turn").length).toBeLessThan(40);
  window.dispatchEvent(new Event("beforeprint"));
  expect(all("turn")).toHaveLength(40);
  expect(all("reply").map((reply) => /The end of \d+/.exec(reply.textContent ?? "")?.[0])).toEqual(turns.map((_, index) => `The end of ${index}`));
  window.dispatchEvent(new Event("afterprint"));
  expect(all("turn").length).toBeLessThan(40);
});
