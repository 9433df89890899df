import { expect, test, vi } from "vitest";
import type { HostRequests } from "../src/host";
import type { ShortFrame } from "./fold";
import { started, toolStarted } from "./fold";
import { Stage } from "./stage";

const stage = new Stage();
const EDIT = "mcp__notebook__edit_cells";
const RUN = "mcp__notebook__run_cells";

const changes = [
  { action: "replace", cell: "one", cell_type: "code", before: "x = 1", source: "x = 2" },
  { action: "insert", cell: "two", cell_type: "code", before: "", source: "print(x)", after: "one" },
  { action: "delete", cell: "three", cell_type: "markdown", before: "# Old", source: "" },
];
const verdicts = [
  { change: 0, accept: true, source: "x = 3", message: "" },
  { change: 1, accept: true, message: "" },
  { change: 2, accept: false, message: "Keep the title." },
];

function over(name: string, detail: Record<string, unknown> | null, text = "done"): ShortFrame[] {
  const finished = { type: "tool_finished", tool: "a", outcome: "done", content: [{ kind: "text", text }], detail, omitted: 0 };
  return [started, toolStarted("a", null, name), finished as ShortFrame];
}

async function open(...frames: ShortFrame[]): Promise<void> {
  await stage.show(...frames);
  await stage.shows("tool");
  (stage.one("tool").querySelector("button") as HTMLButtonElement).click();
}

test("an edit says of each cell what was proposed and what became of it", async () => {
  await open(...over(EDIT, { cells: changes, verdicts }));
  await stage.shows("cell-change");
  expect(stage.all("cell-change").map(({ dataset }) => [dataset["action"], dataset["outcome"]])).toEqual([
    ["replace", "edited"],
    ["insert", "landed"],
    ["delete", "rejected"],
  ]);
  const [first, , last] = stage.all("cell-change");
  expect(first?.textContent).toContain("x = 3"); // as the person made it
  expect(first?.textContent).not.toContain("x = 2");
  expect(last?.textContent).toContain("Keep the title.");
});

test("what the person overtook while they reviewed is not said to be done", async () => {
  const late = [
    { change: 0, why: "changed" },
    { change: 1, why: "place" },
  ];
  await open(...over(EDIT, { cells: changes, verdicts: changes.map((_, change) => ({ change, accept: true, message: "" })), late }));
  await stage.shows("cell-change");
  expect(stage.all("cell-change").map(({ dataset }) => dataset["outcome"])).toEqual(["undone", "undone", "landed"]);
  expect(stage.all("cell-change")[0]?.textContent).toContain("You changed this cell meanwhile");
  expect(stage.all("late")).toHaveLength(2);
});

test("where the page has the notebook, a cell's name leads to the cell", async () => {
  const asked: (HostRequests["reveal-cell"] | null)[] = [];
  const lead = (event: Event) => {
    event.preventDefault();
    asked.push((event as CustomEvent<HostRequests["reveal-cell"] | null>).detail);
  };
  document.addEventListener("jcw:reveal-cell", lead);
  try {
    const cells = [{ cell: "one", state: "ok", duration_ms: 5, execution_count: 3, prompt: "" }];
    await open(...over(RUN, { run: { run: "r", over: true, where: "live", kernel: "", cells } }));
    await stage.press("go-to-cell");
    expect(asked.at(-1)).toMatchObject({ cell: "one" });
    asked.at(-1)?.found(false);
    await vi.waitFor(() => expect((stage.one("go-to-cell") as HTMLButtonElement).title).toContain("no such cell"));
  } finally {
    document.removeEventListener("jcw:reveal-cell", lead);
  }
});

test("a run says of each cell how it ended, how long it took, and shows what came back", async () => {
  const cells = [
    { cell: "one", state: "ok", duration_ms: 61_000, execution_count: 3, prompt: "" },
    { cell: "two", state: "error", duration_ms: 5, execution_count: 4, prompt: "" },
  ];
  await open(...over(RUN, { run: { run: "r", over: true, where: "live", kernel: "", cells } }, "NameError: y"));
  await stage.shows("ran", "1 min 1 s");
  expect(stage.all("ran-cell").map(({ dataset }) => dataset["state"])).toEqual(["ok", "error"]);
  expect(stage.one("tool").textContent).toContain("NameError: y");
});

test.each([
  ["ok", "done"],
  ["error", "failed"],
  ["lost", "failed"],
])("a run whose cell ended as %s is marked as %s, also while its card is closed", async (state, words) => {
  const cells = [{ cell: "one", state, duration_ms: 5, execution_count: 3, prompt: "" }];
  await stage.show(...over(RUN, { run: { run: "r", over: true, where: "live", kernel: "", cells } }));
  await stage.shows("tool", words);
  expect(stage.one("tool").querySelector<HTMLElement>(".jcw-outcome")?.dataset["failed"]).toBe(String(words === "failed"));
});

test("a call that tells nothing of cells shows what came back", async () => {
  await open(...over("mcp__notebook__read_notebook", null, "3 cells"));
  await stage.shows("tool", "3 cells");
  expect(stage.all("cell-change")).toEqual([]);
});
