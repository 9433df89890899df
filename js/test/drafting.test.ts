import { describe, expect, test } from "vitest";
import type { AgentDraft, DraftFields } from "../src/protocol/frames.gen";
import { EMPTY } from "../src/state/conversation";
import { edited, unedited } from "../src/state/drafting";
import { differences, fieldsOf, missingIn, nameFrom } from "../src/view/agents/draft";
import { fold, type ShortFrame } from "./fold";

const draft = (fields: DraftFields, by: AgentDraft["by"] = "claude"): ShortFrame => ({ type: "agent_draft", fields, by });

describe("the draft", () => {
  test("is what the server says, and what Claude changed is news", () => {
    const { drafting } = fold([draft({ name: "a" }), draft({ name: "a", prompt: "Be kind." })]);
    expect([drafting.fields, drafting.news, drafting.edits]).toEqual([{ name: "a", prompt: "Be kind." }, ["prompt"], 2]);
  });

  test("has no news where the person changed it, or nothing changed", () => {
    const { drafting } = fold([draft({ name: "a", prompt: null }, "person"), draft({ name: "a" })]);
    expect([drafting.news, drafting.edits]).toEqual([[], 0]);
  });

  test("shows the person's own words until the server has them, whatever comes first", () => {
    const typing = edited(fold([draft({ name: "a" })]), { name: "abc" });
    expect(fieldsOf(typing.drafting)).toEqual({ name: "abc" });
    const late = fold([draft({ name: "ab" }, "person"), draft({ name: "x", prompt: "Hi" })], typing);
    expect(fieldsOf(late.drafting)).toEqual({ name: "abc", prompt: "Hi" });
    const known = fold([draft({ name: "abc", prompt: "Hi" }, "person")], late);
    expect(known.drafting.mine).toEqual({});
    expect(fieldsOf(fold([draft({ name: "z" })], known).drafting)).toEqual({ name: "z" });
  });

  test("keeps what the server does not know yet over a snapshot", () => {
    const typing = edited(fold([draft({ name: "a" })]), { prompt: "mine" });
    expect(fieldsOf(fold([{ type: "snapshot", head: 9 } as ShortFrame], typing).drafting)).toEqual({ prompt: "mine" });
  });

  test("takes a refused change back, unless it has been changed again", () => {
    const typing = edited(edited(EMPTY, { name: "a", max_turns: 0 }), { name: "b" });
    expect(unedited(typing, { name: "a", max_turns: 0 }).drafting.mine).toEqual({ name: "b" });
  });

  test("knows the file that was written last", () => {
    const saved = { type: "agent_saved", name: "a", path: "x/a.agent.json", etag: '"1"' } as ShortFrame;
    expect(fold([draft({ name: "a" }), saved]).drafting.saved).toMatchObject({ path: "x/a.agent.json", etag: '"1"' });
  });
});

test("no tools are something else than all tools; of other lists, none and an empty one are the same", () => {
  expect(differences({ tools: [], starters: [] }, { tools: null })).toEqual(["tools"]);
  expect(differences({ description: "" }, {})).toEqual([]);
});

test("a draft needs a name, a description and instructions", () => {
  expect(missingIn({ name: "a", prompt: " \n" })).toEqual(["description", "prompt"]);
});

test.each([
  ["My Reviewer!", "my-reviewer"],
  ["  Überprüfer 2 ", "uberprufer-2"],
  ["--a__", "a"],
  ["分析", ""],
  [`a${"b".repeat(80)}`, `a${"b".repeat(63)}`],
])("of the name %j, %j can be kept", (text, name) => {
  expect(nameFrom(text)).toBe(name);
});
