import { describe, expect, test } from "vitest";
import type { ServerFrame } from "../src/protocol/frames.gen";
import { ended, of, permission, type ShortFrame, started, text, toolFinished, toolStarted, whole } from "./fold";
import { key, Stage, type, until } from "./stage";
import { send } from "./wire";

const stage = new Stage();
const ready: ShortFrame = { type: "state", state: "ready", why: "" };
const running: ShortFrame = { type: "state", state: "running", why: "" };

function turn(id: string, prompt: string, reply: string, after?: string): ShortFrame[] {
  const start = { type: "turn_started", origin: { kind: "prompt" }, text: prompt, attachments: [], mentions: [], ...(after && { after }) } as ShortFrame;
  return [of(id, start), of(id, whole(reply, `m-${id}`)), of(id, ended)];
}

function branch(after?: string): ShortFrame {
  return { type: "branch", ...(after && { after }) };
}

const replies = () => stage.all("reply").map((reply) => reply.textContent?.trim());

describe("an earlier prompt", () => {
  test("is edited in its place and sent again: first back to the turn before it, then the new prompt", async () => {
    await stage.show(...turn("a", "One", "first"), ...turn("b", "Two", "second", "a"), ready);
    await until(() => expect(stage.all("edit")).toHaveLength(2));
    await stage.press("edit", 1);
    await stage.shows("edit-prompt");
    const field = stage.one("edit-text") as HTMLTextAreaElement;
    expect([field.value, document.activeElement]).toEqual(["Two", field]);
    type(field, "Two, please");
    key(field, "Enter");
    expect(await stage.got("rewind")).toMatchObject([{ after: "a" }]);
    await stage.got("prompt", 0);
    await stage.show(branch("a"));
    expect(await stage.got("prompt")).toMatchObject([{ text: "Two, please" }]);
  });

  test("stays in the box, with the reason, where going back is refused", async () => {
    await stage.show(...turn("a", "One", "first"), ready);
    await stage.press("edit");
    await stage.shows("edit-prompt");
    type(stage.one("edit-text"), "Other");
    await stage.press("edit-send");
    const [rewind] = await stage.got("rewind");
    expect(rewind?.after).toBeUndefined();
    const refusal = { type: "error", problem: { code: "bad_request", text: "Not now.", remedy: "" }, reply_to: rewind?.id ?? null };
    send((await stage.wire.connection(0)).peer, refusal);
    await stage.shows("notice", "Not now.");
    expect((stage.one("edit-text") as HTMLTextAreaElement).value).toBe("Other");
    await stage.got("prompt", 0);
  });

  test("cannot be changed while a turn runs, and says why", async () => {
    await stage.show(...turn("a", "One", "first"), running, of("b", started));
    await until(() => expect(stage.all("turn")).toHaveLength(2));
    await until(() => expect(stage.one("edit").getAttribute("aria-disabled")).toBe("true"));
    expect(stage.one("edit").title).toContain("until Claude has finished");
  });

  test("is tried again from the last reply, with what was attached to it", async () => {
    const attachments = [{ name: "a.txt", content: { kind: "text", text: "abc" } }];
    const start = { type: "turn_started", origin: { kind: "prompt" }, text: "One", attachments, mentions: [] } as ShortFrame;
    await stage.show(of("a", start), of("a", whole("first")), of("a", ended), ready);
    await stage.press("retry");
    await stage.got("rewind");
    await stage.show(branch());
    expect(await stage.got("prompt")).toMatchObject([{ text: "One", attachments }]);
  });
});

describe("branches", () => {
  test("are counted where they part, and the switch leads to the end of the other one", async () => {
    const fork = [...turn("a", "One", "first"), ...turn("b", "Two", "second", "a"), ...turn("c", "Three", "third", "b")];
    await stage.show(...fork, branch("a"), ...turn("d", "Other", "fourth", "a"), ready);
    await stage.shows("branches", "2/2");
    expect(replies()).toEqual(["first", "fourth"]);
    expect(stage.one("branch-after").getAttribute("aria-disabled")).toBe("true");
    await stage.press("branch-before");
    expect(await stage.got("rewind")).toMatchObject([{ after: "c" }]);
    await stage.show(branch("c"));
    await stage.shows("branches", "1/2");
    await until(() => expect(replies()).toEqual(["first", "second", "third"]));
  });
});

describe("a turn that runs says what it does", () => {
  const now = () => Date.now();

  test.each<[string, string, () => ShortFrame[]]>([
    ["Waiting for the model, 1 min", "the model has not begun", () => [{ ...started, at: now() - 70_000 }]],
    ["Thinking", "it thinks", () => [started, { type: "thinking", message: "m", block: 0, text: "hm", at: now() }]],
    ["Writing", "it writes", () => [started, { ...text("hm"), at: now() }]],
    ["Running Bash for 2 min", "a tool runs", () => [started, { ...toolStarted("x"), at: now() - 125_000 }]],
    ["Running 2 tools", "several run", () => [started, { ...toolStarted("x"), at: now() }, { ...toolStarted("y"), at: now() }]],
    ["2 subagents at work", "subagents run", () => [started, ...["x", "y"].map((id) => ({ ...toolStarted(id, null, "Agent"), at: now() }))]],
    ["Waiting for the model", "a tool has ended", () => [started, toolStarted("x"), { ...toolFinished("x"), at: now() }]],
    ["Waiting for your answer", "it asks", () => [started, toolStarted("x"), permission("q", "x")]],
    ["Starting Claude", "the process is not there", () => [{ type: "state", state: "waking", why: "" }, { ...started, at: now() }]],
  ])("%s: %s", async (words, _, frames) => {
    await stage.show(...frames());
    await stage.shows("working", words);
  });

  test("and not any more when it has ended, but what it took and which model answered", async () => {
    const usage = { input_tokens: 1000, output_tokens: 50, cache_read_tokens: 0, cache_write_tokens: 0, cost_usd: 0.1234 };
    const end = { ...ended, model: "claude-x", duration_ms: 4000, usage } as ShortFrame & Partial<ServerFrame>;
    await stage.show(started, whole("Fine."), end, ready);
    await stage.shows("figures", "claude-x · 4.0 s · 1.0k tokens in, 50 out · about $0.12 (estimate)");
    expect(stage.all("working")).toHaveLength(0);
  });
});
