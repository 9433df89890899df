import { describe, expect, test, vi } from "vitest";
import { ended, of, type ShortFrame, started, text, toolFinished, toolStarted, whole } from "./fold";
import { Stage } from "./stage";

const stage = new Stage();
const { all, one, shows, gone } = stage;
const show = (...frames: ShortFrame[]) => stage.show(...frames);

describe("a subagent", () => {
  const steps = ["b", "c", "d", "e"].flatMap((tool) => [toolStarted(tool, "a", "Grep"), toolFinished(tool)]);
  const progress: ShortFrame = { type: "tool_progress", tool: "a", text: "Looks (Grep)", state: "running", tokens: 12_400, tool_uses: 4 };

  test("says while it works what it does and what it took, and shows its newest steps", async () => {
    await show(started, toolStarted("a", null, "Agent"), ...steps, progress);
    await shows("progress", "Now: Looks (Grep) · 4 tool calls · 12k tokens");
    expect(all("tool").map((card) => card.dataset["item"])).toEqual(["a", "c", "d", "e"]);
    expect(one("inside").textContent).toBe("4 steps");
  });

  test("folds when it has ended, and its steps can be seen all the same", async () => {
    await show(started, toolStarted("a", null, "Agent"), ...steps, progress, toolFinished("a"), ended);
    await shows("inside", "4 steps · 4 tool calls · 12k tokens");
    expect(all("tool")).toHaveLength(1);
    expect(all("progress")).toEqual([]);
    one("inside").click();
    await shows("group", "4 searches");
    one("group").querySelector("button")?.click();
    await vi.waitFor(() => expect(all("tool")).toHaveLength(5));
  });
});

test("quiet tool calls in a row become one line that unfolds to their cards", async () => {
  const reads = ["a", "b", "c"].flatMap((tool) => [toolStarted(tool, null, "Read"), toolFinished(tool)]);
  const search: ShortFrame[] = [toolStarted("d", null, "Grep"), { type: "tool_finished", tool: "d", outcome: "failed", content: [], omitted: 0 }];
  await show(started, ...reads, ...search, whole("Seen."));
  await shows("group", "3 files read, 1 search, 1 failed");
  expect(all("tool")).toEqual([]);
  one("group").querySelector("button")?.click();
  await vi.waitFor(() => expect(all("tool")).toHaveLength(4));
});

test("thinking can be followed while it goes on, and says how long it took", async () => {
  await show(started, { type: "thinking", message: "m1", block: 0, text: "First, ", at: 1_000 });
  await shows("thinking", "Thinking");
  one("thinking").querySelector("button")?.click();
  await show({ type: "thinking", message: "m1", block: 0, text: "then." });
  await shows("thinking", "First, then.");
  await show({ type: "message", message: "m1", block: 0, kind: "thinking", text: "First, then.", partial: false, at: 13_000 });
  await shows("thinking", "Thought for 12 s");
});

test("a long prompt folds", async () => {
  const long = Array.from({ length: 40 }, (_, line) => `line ${line}`).join("\n");
  await show({ ...started, text: long } as ShortFrame);
  await shows("prompt-fold", "Show all 40 lines");
  one("prompt-fold").click();
  await shows("prompt-fold", "Show less");
  expect(one("prompt").textContent).toContain("line 39");
});

test("a command that failed says with which status", async () => {
  const content = [{ kind: "text", text: "Exit code 2\nno such file" }] as const;
  await show(started, toolStarted("a"), { type: "tool_finished", tool: "a", outcome: "failed", content: [...content], omitted: 0 });
  await shows("tool", "exit code 2");
});

test("a background task is told above the message field until it ends, also after its turn", async () => {
  const launched = { ...toolFinished("a"), detail: { backgroundTaskId: "b1" } } as ShortFrame;
  const state: ShortFrame = { type: "state", state: "ready", why: "" };
  await show(state, started, toolStarted("a"), launched, ended, of("t2", started), of("t2", whole("On we go.", "m2")), of("t2", ended));
  await shows("background", "1 background task");
  await show({ type: "tool_progress", tool: "a", text: "Over", state: "done" });
  await gone("background");
});

describe("a screen reader", () => {
  const said = () => [...stage.element.querySelectorAll("[role=status]")].map((status) => status.textContent);

  test("is told that Claude works, and that it has finished, and nothing of the reply", async () => {
    await show({ type: "state", state: "running", why: "" }, started, text("The secret"));
    await vi.waitFor(() => expect(said()).toContain("Claude is working."));
    await show(ended, { type: "state", state: "ready", why: "" });
    await vi.waitFor(() => expect(said()).toContain("Claude has finished."));
    expect(said().join()).not.toContain("secret");
  });

  test("is told why a turn failed", async () => {
    const problem = { code: "authentication", text: "The key was refused.", remedy: "" };
    await show({ type: "state", state: "running", why: "" }, started);
    await vi.waitFor(() => expect(said()).toContain("Claude is working."));
    await show({ type: "turn_ended", why: "failed", prompt_kept: false, problem }, { type: "state", state: "ready", why: "" });
    await vi.waitFor(() => expect(said().join()).toContain("The key was refused."));
  });
});

test("words are counted as they are typed, and Escape ends the search", async () => {
  await show(started, toolStarted("a"), whole("Once **upon** a time, once."), ended);
  await shows("reply");
  one("find-open").click();
  await shows("find");
  const input = one("find-input") as HTMLInputElement;
  input.value = "once";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await shows("find-count", "2 of 2");
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  await shows("find-count", "1 of 2");
  input.value = "never";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await shows("find-count", "Not found");
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
  await gone("find");
});
