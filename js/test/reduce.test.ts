import { describe, expect, test } from "vitest";
import type { Item, ToolItem } from "../src/state/conversation";
import { EMPTY } from "../src/state/conversation";
import { dropped, reject, sent } from "../src/state/outgoing";
import { reduce, reduceAll } from "../src/state/reduce";
import { ended, fold, numbered, of, permission, type ShortFrame, started, text, toolFinished, toolStarted, whole } from "./fold";

function items(state: ReturnType<typeof fold>, turn = 0): readonly Item[] {
  return state.turns[turn]?.items ?? [];
}

describe("streamed text", () => {
  test("pieces of one block grow together, in order", () => {
    const state = fold([started, text("Hel"), text("lo "), text("you")]);
    expect(items(state)).toMatchObject([{ kind: "text", text: "Hello you", open: true }]);
  });

  test("the whole block replaces its pieces, whatever they said", () => {
    const state = fold([started, text("Helo"), whole("Hello")]);
    expect(items(state)).toMatchObject([{ text: "Hello", open: false, partial: false }]);
  });

  test("a piece that comes after the whole block changes nothing", () => {
    const before = fold([started, whole("Hello")]);
    expect(items(fold([text("!")], before))).toBe(items(before));
  });

  test("a discarded message leaves with its pieces and its half-written tool call, and nothing else does", () => {
    const written = { type: "tool_input", message: "m2", block: 1, tool: "x", name: "Bash", text: "{" } as const;
    const state = fold([started, whole("kept"), text("lost", "m2"), written, { type: "discard", message: "m2" }]);
    expect(items(state)).toMatchObject([{ text: "kept" }]);
  });

  test("a block that is whole survives a discard of its message", () => {
    const state = fold([started, whole("kept"), text("lost", "m1", 1), { type: "discard", message: "m1" }]);
    expect(items(state)).toMatchObject([{ text: "kept" }]);
  });

  test("what is provisional when the turn ends is marked as cut off", () => {
    const state = fold([started, text("I will"), toolStarted("a"), { ...ended, why: "cut" } as ShortFrame]);
    expect(items(state)).toMatchObject([
      { text: "I will", open: false, partial: true },
      { tool: "a", outcome: "interrupted" },
    ]);
  });

  test("a piece leaves the turns before it as they are, the same objects", () => {
    const before = fold([started, whole("one"), ended, of("t2", started), of("t2", text("two", "m2"))]);
    const after = fold([of("t2", text("!", "m2"))], before);
    expect(after.turns[0]).toBe(before.turns[0]);
    expect(items(after, 1)).toMatchObject([{ text: "two!" }]);
  });

  test("a turn that was never announced is made up for what belongs to it", () => {
    const state = fold([whole("late")]);
    expect(state.turns).toMatchObject([{ id: "t1", origin: { kind: "other" }, items: [{ text: "late" }] }]);
  });
});

describe("numbers", () => {
  test("a frame that came before is ignored", () => {
    const frames = numbered([started, text("a"), text("b")]);
    const once = frames.reduce((state, frame) => reduce(state, frame, 0), EMPTY);
    const twice = frames.reduce((state, frame) => reduce(state, frame, 0), once);
    expect(twice).toBe(once);
  });

  test("a jump in the numbers is no matter: the server was restarted", () => {
    const [first] = numbered([started]);
    const [later] = numbered([text("a")], 500);
    const state = [first, later].reduce((folded, frame) => reduce(folded, frame as never, 0), EMPTY);
    expect(state.seq).toBe(500);
    expect(items(state)).toHaveLength(1);
  });

  test("a snapshot forgets the conversation, not what the person sent", () => {
    const before = sent(fold([started, text("old"), permission("q")]), { type: "prompt", id: "c1", prompt: "p9", text: "next" });
    const after = fold([{ type: "snapshot", head: 2 }], before);
    expect(after).toMatchObject({ seq: 0, turns: [], questions: [], notices: [] });
    expect(after.outgoing).toBe(before.outgoing);
    expect(items(fold([started, whole("new")], after))).toMatchObject([{ text: "new" }]);
  });
});

describe("tools", () => {
  test("a call takes the place of its half-written input", () => {
    const written = (piece: string) => ({ type: "tool_input", message: "m1", block: 1, tool: "a", name: "Bash", text: piece }) as const;
    const half = fold([started, written('{"comm'), written('and"')]);
    expect(items(half)).toMatchObject([{ tool: "a", outcome: "writing", written: '{"command"', input: null }]);
    expect(items(fold([toolStarted("a")], half))).toMatchObject([{ tool: "a", outcome: "running", input: { command: "ls" } }]);
  });

  test("parallel calls end each on their own", () => {
    const state = fold([started, toolStarted("a"), toolStarted("b"), toolFinished("b")]);
    expect(items(state)).toMatchObject([
      { tool: "a", outcome: "running", endedAt: null },
      { tool: "b", outcome: "done", endedAt: 4000 },
    ]);
  });

  test("what a subagent says and does stands inside its call, also two levels deep", () => {
    const state = fold([
      started,
      toolStarted("outer", null, "Task"),
      whole("reading", "m2", 0, "outer"),
      toolStarted("inner", "outer", "Task"),
      toolStarted("leaf", "inner"),
      toolFinished("leaf"),
    ]);
    const [outer] = items(state) as ToolItem[];
    expect(outer?.children).toMatchObject([{ text: "reading" }, { tool: "inner", children: [{ tool: "leaf", outcome: "done" }] }]);
  });

  test("a background task may report after its turn is over", () => {
    const progress = { type: "tool_progress", tool: "a", text: "half", state: "running", turn: null } as const;
    const state = fold([started, toolStarted("a"), ended, of("t2", started), progress, of(null, toolFinished("a"))]);
    expect(items(state, 0)).toMatchObject([{ outcome: "done", progress: { text: "half" } }]);
    expect(items(state, 1)).toEqual([]);
  });
});

test("a tool's time counts from its start, for who saw its input being written and for who came later", () => {
  const written = { type: "tool_input", message: "m1", block: 1, tool: "a", name: "Bash", text: "{" } as const;
  const begins = (frames: ShortFrame[]) => (items(fold(frames))[0] as ToolItem).startedAt;
  const start = { ...toolStarted("a"), at: 9_000 } as ShortFrame;
  expect([begins([started, written, start]), begins([started, start])]).toEqual([9_000, 9_000]);
});

describe("questions", () => {
  const settled = { type: "question_settled", question: "q1", decision: "deny", message: "no", user: "Ann" } as const;

  test("several are open at once, and one that is asked again is still one", () => {
    const state = fold([started, permission("q1"), permission("q2"), permission("q1")]);
    expect(state.questions.map((open) => open.question)).toEqual(["q2", "q1"]);
  });

  test("a settled one leaves the list, and its tool call remembers how it ended", () => {
    const state = fold([started, toolStarted("a"), permission("q1", "a"), settled]);
    expect(state.questions).toEqual([]);
    expect(items(state)).toMatchObject([{ tool: "a", settled: { answer: { decision: "deny", message: "no" } } }]);
  });

  test("one without a tool call is remembered in its turn", () => {
    expect(items(fold([started, permission("q1"), settled]))).toMatchObject([{ kind: "asked", settled: { answer: { user: "Ann" } } }]);
  });

  test("a withdrawn one leaves no trace", () => {
    const state = fold([started, permission("q1"), { ...settled, decision: "withdrawn" }]);
    expect(state.questions).toEqual([]);
    expect(items(state)).toEqual([]);
  });

  test("a refusal because somebody else was first is no error to show", () => {
    const answer = { type: "answer", id: "c1", question: "q1", nonce: "n", decision: "allow" } as const;
    const waiting = sent(fold([started, permission("q1")]), answer);
    const state = fold([{ type: "error", reply_to: "c1", problem: { code: "question_settled", text: "Settled.", remedy: "" } }], waiting);
    expect(state.outgoing).toEqual([]);
    expect(state.notices).toEqual([]);
  });
});

describe("the weather", () => {
  const retrying = { type: "notice", code: "retrying", level: "warning", text: "Overloaded", remedy: "", retry_in_ms: 2000, over: false } as const;

  test("a notice replaces the one of its code, and `over` takes it away", () => {
    const state = fold([started, { ...retrying, attempt: 1 }, { ...retrying, attempt: 2 }]);
    expect(state.notices).toMatchObject([{ code: "retrying", attempt: 2 }]);
    expect(fold([{ ...retrying, over: true }], state).notices).toEqual([]);
  });

  test.each([
    ["a piece of the reply", text("a")],
    ["a tool call", toolStarted("a")],
    ["the end of the turn", ended],
  ])("%s ends the retrying", (_what, frame) => {
    expect(fold([started, retrying, frame]).notices).toEqual([]);
  });

  test("a rate limit outlasts the reply", () => {
    const limit = { ...retrying, code: "rate_limit" };
    expect(fold([started, limit, text("a"), ended]).notices).toHaveLength(1);
  });

  test("only a server clock that runs ahead is corrected", () => {
    const [frame] = numbered([started]);
    expect(reduce(EMPTY, { ...frame, at: 5000 } as never, 2000).skew).toBe(-3000);
    expect(reduce(EMPTY, { ...frame, at: 5000 } as never, 9000).skew).toBe(0);
  });
});

describe("what the person sent", () => {
  const prompt = { type: "prompt", id: "c1", prompt: "p1", text: "Hello" } as const;
  const problem = { code: "rate_limited", text: "Too many prompts.", remedy: "Wait a minute." };

  test.each([
    ["its turn begins", started],
    ["it stands in the queue", { type: "queue", prompts: [{ prompt: "p1", text: "Hello" }] } as ShortFrame],
  ])("a prompt is confirmed when %s", (_what, frame) => {
    expect(fold([frame], sent(EMPTY, prompt)).outgoing).toEqual([]);
  });

  test("a refused prompt stays, with what the server said", () => {
    const state = fold([{ type: "error", reply_to: "c1", problem }], sent(EMPTY, prompt));
    expect(state.outgoing).toEqual([{ frame: prompt, problem }]);
    expect(dropped(state, "c1").outgoing).toEqual([]);
  });

  test("a refusal of anything else is a notice", () => {
    const state = fold([{ type: "error", reply_to: "c7", problem }]);
    expect(state.notices).toMatchObject([{ code: "refused:rate_limited", level: "error", text: "Too many prompts." }]);
  });

  test("an answer is confirmed when its question is settled", () => {
    const answer = { type: "answer", id: "c2", question: "q1", nonce: "n", decision: "allow" } as const;
    const waiting = reject(sent(fold([permission("q1")]), answer), "c2", problem);
    const state = fold([{ type: "question_settled", question: "q1", decision: "allow", message: "" }], waiting);
    expect(state.outgoing).toEqual([]);
  });
});

describe("a batch", () => {
  const many = [started, toolStarted("a"), toolFinished("a"), ended, of("t2", started), of("t2", whole("two", "m2")), of("t2", ended)];

  test("comes to the same as its frames one by one", () => {
    const frames = numbered(many);
    const batch = reduceAll(EMPTY, frames, 1_000_000);
    expect(batch).toEqual(frames.reduce((state, frame) => reduce(state, frame, 1_000_000), EMPTY));
    expect(batch.turns).toHaveLength(2);
  });

  test("leaves what was there before it as it was", () => {
    const before = fold(many.slice(0, 2));
    const kept = structuredClone(before.turns);
    reduceAll(before, numbered(many.slice(2), 3), 1_000_000);
    expect(before.turns).toEqual(kept);
  });
});

test("a conversation from before there were mentions is read as one without any", () => {
  const { mentions: _, ...before } = { ...started, mentions: [] };
  const steering = { type: "steered", turn: "t1", prompt: "p2", text: "more", attachments: [] };
  const state = fold([before, steering] as unknown as ShortFrame[]);
  expect(state.turns[0]).toMatchObject({ mentions: [], items: [{ kind: "steered", mentions: [] }] });
});
