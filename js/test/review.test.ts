import { expect, test, vi } from "vitest";
import { decidingOf } from "../src/view/notebook/review/deciding";
import type { ShortFrame } from "./fold";
import { pause, Stage, type } from "./stage";

const ARMED_MS = 320;
const stage = new Stage();
const rule = { tool: "mcp__notebook__edit_cells" };
const changes = [
  { action: "replace" as const, cell: "one", cell_type: "code" as const, before: "x = 1", source: "x = 2", number: 1 },
  { action: "insert" as const, cell: "two", cell_type: "code" as const, before: "", source: "print('\u202eno')", after: "one", after_number: 1 },
  { action: "delete" as const, cell: "three", cell_type: "markdown" as const, before: "# Old", source: "", number: 4 },
];
const cells: ShortFrame = { type: "question", question: "q1", nonce: "once", ask: { kind: "cells", title: "Change 1 cell", changes, rules: [rule] } };

function run(ask: Record<string, unknown>): ShortFrame {
  const whole = { kind: "run", title: "Run", cells: [], code: "", rules: [], ...ask };
  return { type: "question", question: "q1", nonce: "once", ask: whole } as unknown as ShortFrame;
}

async function asked(question: ShortFrame): Promise<void> {
  await stage.show(question);
  await stage.shows("allow");
  await pause(ARMED_MS);
}

/** Something of the change at a place. */
function part<T extends HTMLElement>(index: number, hook: string): T {
  const change = stage.all("change")[index] as HTMLElement;
  return change.querySelector<T>(`[data-jcw=${hook}]`) as T;
}

function press(index: number, hook: string): void {
  part(index, hook).click();
}

test("a proposal says of each change what it is and where, with nothing hidden", async () => {
  await asked(cells);
  const said = stage.all("change").map((change) => change.textContent ?? "");
  expect(said[0]).toContain("Change cell 1");
  expect(said[1]).toContain("New code cell below cell 1");
  expect(said[1]).toContain("\\u202e");
  expect(said[2]).toContain("Delete cell 4");
  expect(stage.sent("answer")).toEqual([]);
});

test("several new cells of one place say which one they follow, and close up where one is rejected", async () => {
  const insert = (cell: string, after: string | null, after_number: number) => ({ ...changes[1], cell, source: cell, after, after_number });
  const following = [insert("a", "one", 1), insert("b", "a", 1), insert("x", "five", 5), insert("c", "b", 1), insert("t", null, 0), insert("u", "t", 0)];
  await asked({ ...cells, ask: { kind: "cells", title: "Insert 6 cells", changes: following, rules: [] } } as unknown as ShortFrame);
  const said = () => stage.all("change").map((change) => change.querySelector(".jcw-change-what")?.textContent);
  expect(said()).toEqual([
    "New code cell below cell 1",
    "New code cell below the new cell above",
    "New code cell below cell 5",
    "New code cell below cell 1 and the 2 new cells there",
    "New code cell at the top",
    "New code cell below the new cell above",
  ]);
  press(0, "word-reject");
  await stage.shows("reject-change");
  press(0, "reject-change");
  await vi.waitFor(() => expect(said()[1]).toBe("New code cell below cell 1"));
  expect(said()[3]).toBe("New code cell below cell 1 and the new cell there");
});

test("changes are decided one by one and sent together", async () => {
  await asked(cells);
  press(0, "accept-change");
  press(1, "edit-change");
  await stage.shows("change-source");
  type(stage.one("change-source") as HTMLTextAreaElement, "print('yes')");
  await vi.waitFor(() => expect(stage.all("change")[1]?.textContent).toContain("Accept as edited"));
  press(1, "accept-change");
  press(2, "word-reject");
  await stage.shows("reject-change");
  type(part<HTMLInputElement>(2, "words"), "Keep it.");
  expect(stage.sent("answer")).toEqual([]);
  await vi.waitFor(() => expect(part<HTMLInputElement>(2, "words").value).toBe("Keep it."));
  press(2, "reject-change");
  expect((await stage.got("answer"))[0]).toMatchObject({
    decision: "allow",
    changes: [
      { change: 0, accept: true },
      { change: 1, accept: true, source: "print('yes')" },
      { change: 2, accept: false, message: "Keep it." },
    ],
  });
});

test("what is not decided can be accepted or rejected at once", async () => {
  await asked(cells);
  press(0, "accept-change");
  await stage.shows("deny", "Reject the rest");
  stage.one("deny").click();
  expect((await stage.got("answer"))[0]).toMatchObject({ decision: "allow", changes: [{ accept: true }, { accept: false }, { accept: false }] });
});

test("what was decided in the cells is decided in the panel too, and a button for the rest leaves it so", async () => {
  await asked(cells);
  const inCells = decidingOf("q1", changes);
  inCells.decide(0, { accept: false, message: "Not this." });
  inCells.edit(1, "print('mine')");
  inCells.decide(1, { accept: true });
  await stage.shows("allow", "Accept the rest");
  expect(part(0, "accept-change")).toBeNull();
  stage.one("allow").click();
  expect((await stage.got("answer"))[0]?.changes).toEqual([
    { change: 0, accept: false, message: "Not this." },
    { change: 1, accept: true, message: "", source: "print('mine')" },
    { change: 2, accept: true, message: "" },
  ]);
});

test("all of it can be rejected with words", async () => {
  await asked(cells);
  type(stage.one("words") as HTMLInputElement, "Not this notebook.");
  await stage.shows("deny", "with these words");
  stage.one("deny").click();
  expect((await stage.got("answer"))[0]).toMatchObject({ decision: "deny", message: "Not this notebook." });
});

test("a rule for the session is offered for as long as nothing is rejected", async () => {
  await asked(cells);
  expect(stage.all("allow-session")).toHaveLength(1);
  press(0, "word-reject");
  await stage.shows("reject-change");
  press(0, "reject-change");
  await vi.waitFor(() => expect(stage.all("allow-session")).toEqual([]));
});

test("a run shows all that runs and how long it took the last time", async () => {
  await asked(run({ what: "cells", cells: [{ cell: "one", source: "fit()", policy: "ask", last_ms: 2_460_000 }] }));
  expect(stage.one("question").textContent).toContain("fit()");
  expect(stage.one("last-took").textContent).toContain("last took 41 min");
  stage.one("deny").click();
  expect((await stage.got("answer"))[0]).toMatchObject({ decision: "deny" });
});

test("code without a cell can be edited before it runs, but not to nothing", async () => {
  await asked(run({ what: "scratch", code: "drop()" }));
  stage.one("edit-input").click();
  await stage.shows("edit-text");
  type(stage.one("edit-text") as HTMLTextAreaElement, " ");
  await vi.waitFor(() => expect((stage.one("allow") as HTMLButtonElement).disabled).toBe(true));
  type(stage.one("edit-text") as HTMLTextAreaElement, "look()");
  await stage.shows("allow", "Run as edited");
  stage.one("allow").click();
  expect((await stage.got("answer"))[0]).toMatchObject({ decision: "allow", input: { code: "look()" } });
});
