import { describe, expect, test } from "vitest";
import type { ToolItem } from "../src/state/conversation";
import { changesOf, linesOf, tally } from "../src/view/tool/change";
import { plain, terminal } from "../src/view/tool/ansi";
import { grouped } from "../src/view/tool/group";
import { summary, toolLabel } from "../src/view/tool/summary";
import { count, duration, elapsed } from "../src/view/time";
import { fold, started, toolStarted } from "./fold";

function tool(name: string, input: Record<string, unknown> | null, written = ""): ToolItem {
  const item = fold([started, toolStarted("a", null, name)]).turns[0]?.items[0] as ToolItem;
  return { ...item, input, written };
}

describe("a tool call in one line", () => {
  test.each([
    ["Bash", { description: "List", command: "ls -l  | wc" }, "Bash", "ls -l | wc"],
    ["Bash", { command: "ls -l\n  | wc" }, "Bash", "ls -l | wc"],
    ["Bash", { description: "Count the files", command: "python - <<'PY'\nimport os\nPY" }, "Bash", "Count the files"],
    ["Read", { file_path: "/home/ann/work/data/a.csv" }, "Read", "…/data/a.csv"],
    ["Read", { file_path: "a.csv" }, "Read", "a.csv"],
    ["Task", { prompt: "…", description: "Review it" }, "Agent", "Review it"],
    ["mcp__notebook__run_cells", { cells: ["a"] }, "Run", "1 cell"],
    ["mcp__notebook__edit_cells", { edits: [{ action: "delete", cell: "a" }, {}] }, "Edit", "2 cells"],
    ["mcp__notebook__run_scratch", { code: "len(df)" }, "Run beside the notebook", "len(df)"],
    ["mcp__other__look_up", { name: "x" }, "other: look up", "x"],
    ["mcp__agent_builder__draft_agent", { prompt: "You …", name: "reviewer" }, "Draft of the agent", "reviewer"],
    ["Unheard", { query: "x" }, "Unheard", "x"],
  ])("%s %j says what matters", (name, input, label, argument) => {
    expect(summary(tool(name, input))).toMatchObject({ label, argument });
  });

  test.each([
    ["at its beginning", "", ""],
    ["in the middle of the value", '{"command": "git st', "git st"],
    ["after an escape", '{"command": "echo \\"hi\\" \\u00e', 'echo "hi" '],
    ["with the value complete", '{"command": "ls", "timeout": 5', "ls"],
  ])("is read from an input that is still being written, %s", (_where, written, argument) => {
    expect(summary(tool("Bash", null, written)).argument).toBe(argument.trim());
  });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("of a tool that is called %s is like any other", (name) => {
    expect(summary(tool(name, { command: "x" }))).toMatchObject({ label: toolLabel(name), argument: "x", icon: "tool" });
    expect(grouped([1, 2, 3, 4].map(() => ({ ...tool(name, {}), outcome: "done" as const })), true)).toHaveLength(4);
  });

  test("a name that only begins like an MCP tool's is left as it is", () => {
    expect(toolLabel("mcp__alone")).toBe("mcp__alone");
  });
});

describe("an edit as lines", () => {
  test("lines that stay are told from those that come and go", () => {
    const [change] = changesOf("Edit", { old_string: "a\nb\nc", new_string: "a\nB\nc\nd" }) ?? [];
    expect(change && linesOf(change).map((line) => line.sign + line.text)).toEqual([" a", "-b", "+B", " c", "+d"]);
  });

  test("a written file comes as a whole, and several edits each on their own", () => {
    expect(tally(changesOf("Write", { content: "a\nb\n" }) ?? [])).toEqual({ added: 2, removed: 0 });
    const edits = [{ old_string: "a", new_string: "b" }, { old_string: "c", new_string: "" }];
    expect(tally(changesOf("MultiEdit", { edits }) ?? [])).toEqual({ added: 1, removed: 2 });
  });

  test.each([
    ["another tool", "Bash", { old_string: "a", new_string: "b" }],
    ["an input of another form", "Edit", { old_string: 5 }],
    ["a list with something else in it", "MultiEdit", { edits: [{ old_string: "a", new_string: "b" }, null] }],
  ])("%s is no edit", (_what, name, input) => {
    expect(changesOf(name, input)).toBeNull();
  });
});

describe("a tool's output", () => {
  test("loses the terminal's escape sequences and nothing else", () => {
    expect(plain("\u001b[1;31mred\u001b[0m [5] \u001b]0;title\u0007é")).toBe("red [5] é");
  });

  test("shows of a rewritten line what a terminal would", () => {
    expect(plain("10%\r50%\r100%\ndone\r\nend\r")).toBe("100%\ndone\nend");
  });
});

describe("a terminal's text", () => {
  const spans = (text: string) => terminal(text).map((line) => line.map((span) => [span.text, span.style]));

  test.each([
    ["the sixteen", "\u001b[31ma\u001b[92mb\u001b[44mc", [["a", { colour: 1 }], ["b", { colour: 10 }], ["c", { colour: 10, background: 4 }]]],
    ["256", "\u001b[38;5;9ma\u001b[38;5;196mb\u001b[48;5;232mc", [["a", { colour: 9 }], ["b", { colour: "rgb(255 0 0)" }], ["c", { colour: "rgb(255 0 0)", background: "rgb(8 8 8)" }]]],
    ["16 million", "\u001b[38;2;1;2;300ma", [["a", { colour: "rgb(1 2 255)" }]]],
    ["bold and back", "\u001b[1;4ma\u001b[22mb\u001b[mc", [["a", { bold: true, underline: true }], ["b", { underline: true }], ["c", {}]]],
  ])("has colours and styles: %s", (_what, text, wanted) => {
    expect(spans(text)).toEqual([wanted]);
  });

  test("keeps a style over the end of a line", () => {
    expect(spans("\u001b[31ma\nb")).toEqual([[["a", { colour: 1 }]], [["b", { colour: 1 }]]]);
  });

  test.each([
    ["moves of the cursor", "a\u001b[2K\u001b[1;1Hb\u001b[?25l", "ab"],
    ["links and titles", "\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007 \u001b]0;t\u001b\\end", "link end"],
    ["an escape that never ends", "a\u001b[31", "a"],
    ["bells, and what was rubbed out", "a\u0007bc\u0008d", "abd"],
    ["colours that do not exist", "\u001b[38;9;1ma\u001b[38;2mb\u001b[999mc", "abc"],
  ])("drops %s", (_what, text, wanted) => {
    expect(plain(text)).toBe(wanted);
  });
});

test("durations and counts read like a person's", () => {
  expect([0, 840, 9_940, 9_960, 61_000, 7_440_000].map(duration)).toEqual(["0.0 s", "0.8 s", "9.9 s", "9 s", "1 min 1 s", "2 h 4 min"]);
  expect(elapsed(-5)).toBe("0 s");
  expect([999, 1000, 9_949, 34_400].map(count)).toEqual(["999", "1.0k", "9.9k", "34k"]);
});
