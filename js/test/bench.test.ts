import { beforeEach, describe, expect, test } from "vitest";
import type { DraftFields } from "../src/protocol/frames.gen";
import { agent, headersOf, resource, serve, welcome } from "./agent-files";
import type { ShortFrame } from "./fold";
import { key, Stage, type, until } from "./stage";

const stage = new Stage();
const field = (name: string) => stage.one(`draft-${name}`) as HTMLInputElement;
const draft = (fields: DraftFields, by: "claude" | "person" = "claude"): ShortFrame => ({ type: "agent_draft", fields, by });
const whole = { name: "helper", description: "Helps.", prompt: "You help." };

describe("an agent that is made", () => {
  beforeEach(() => {
    welcome(stage, { context: "agent-create" });
    serve(stage);
  });

  /** Let the server take what the person wrote. */
  async function taken(count: number, fields: DraftFields): Promise<void> {
    await stage.got("edit_draft", count);
    await stage.show(draft(fields, "person"));
  }

  test("fills in as Claude writes: lit, announced, and marked where it is out of sight", async () => {
    await until(() => expect(stage.one("tab-interview").getAttribute("aria-selected")).toBe("true"));
    await stage.show(draft({ name: "helper", description: "Helps." }));
    await until(() => expect([field("name").value, field("description").value]).toEqual(["helper", "Helps."]));
    const lit = () => stage.all("field").filter(({ dataset }) => dataset["flash"] === "true");
    await until(() => expect(lit().map(({ dataset }) => dataset["field"])).toEqual(["name", "description"]));
    await stage.shows("draft-news", "Claude changed: Name, When to use it.");
    await stage.shows("tab-agent", "changed by Claude");
    await stage.press("tab-agent");
    await stage.gone("tab-news");
  });

  test("is changed by hand: what is written is sent after a pause, and at once when the field is left", async () => {
    await stage.show(draft({ name: "helper" }));
    await until(() => expect(field("name").value).toBe("helper"));
    type(field("prompt"), "You h");
    type(field("prompt"), "You help.");
    expect(stage.sent("edit_draft")).toHaveLength(0);
    const [first] = await stage.got("edit_draft");
    expect(first?.fields).toEqual({ prompt: "You help." });
    field("description").focus();
    type(field("description"), "Helps.");
    field("description").blur();
    const [, second] = await stage.got("edit_draft", 2);
    expect(second?.fields).toEqual({ description: "Helps." });
  });

  test("never changes a field under the person's fingers, and says that Claude wrote there too", async () => {
    await stage.show(draft({ prompt: "Old" }));
    await until(() => expect(field("prompt").value).toBe("Old"));
    field("prompt").focus();
    type(field("prompt"), "Mine");
    await taken(1, { prompt: "Mine" });
    await stage.show(draft({ prompt: "Claude's", name: "n" }));
    await until(() => expect(field("name").value).toBe("n"));
    expect(field("prompt").value).toBe("Mine");
    await stage.press("take-claudes");
    await until(() => expect(field("prompt").value).toBe("Claude's"));
  });

  test("keeps what the person was writing when they leave the field without taking Claude's", async () => {
    await stage.show(draft({ prompt: "Old" }));
    await until(() => expect(field("prompt").value).toBe("Old"));
    field("prompt").focus();
    type(field("prompt"), "Mine");
    await taken(1, { prompt: "Mine" });
    await stage.show(draft({ prompt: "Claude's", name: "n" }));
    await until(() => expect(stage.all("take-claudes")).toHaveLength(1));
    field("prompt").blur();
    const [, again] = await stage.got("edit_draft", 2);
    expect(again?.fields).toEqual({ prompt: "Mine" });
    expect(field("prompt").value).toBe("Mine");
  });

  test("shows the server's word again where it refused a change", async () => {
    await stage.show(draft({ max_turns: 7 }));
    await stage.press("draft-more");
    await until(() => expect(field("max_turns").value).toBe("7"));
    type(field("max_turns"), "8");
    field("max_turns").focus();
    field("max_turns").blur();
    const [edit] = await stage.got("edit_draft");
    await stage.show({ type: "error", reply_to: edit?.id, problem: { code: "bad_frame", text: "Not this.", remedy: "" } } as ShortFrame);
    await stage.shows("notice", "Not this.");
    await until(() => expect(field("max_turns").value).toBe("7"));
  });

  test("has a name that follows a rule, with a better one where it does not", async () => {
    await until(() => expect(field("name")).toBeDefined());
    type(field("name"), "My Helper");
    await until(() => expect(field("name").getAttribute("aria-invalid")).toBe("true"));
    expect(stage.one("draft-status").textContent).toContain("Still needed: when to use it, the instructions.");
    await stage.press("use-name");
    await until(() => expect(field("name").value).toBe("my-helper"));
    expect(stage.one("draft").textContent).toContain("Will be saved as my-helper.agent.json");
  });

  test("cannot be saved before it is whole; the button leads to what is missing", async () => {
    await stage.press("tab-agent");
    await stage.show(draft({ name: "helper", description: "Helps." }));
    await stage.shows("draft-status", "Still needed: the instructions.");
    expect(stage.one("draft-save").getAttribute("aria-disabled")).toBe("true");
    stage.one("draft-save").click();
    expect(document.activeElement).toBe(field("prompt"));
  });

  test("is saved with what was written last, says where, and replaces that file from then on", async () => {
    const saved = resource(agent("helper", { description: "Helps.", prompt: "Mine." }));
    stage.wire.rest.set("POST sessions/s/agent", () => [201, saved]);
    await stage.show(draft(whole));
    await stage.shows("draft-status", "Not saved yet");
    await until(() => expect(field("name").value).toBe("helper"));
    type(field("prompt"), "Mine.");
    await stage.press("draft-save");
    await taken(1, { ...whole, prompt: "Mine." });
    await stage.shows("draft-status", "Saved as helper.agent.json next to a.ipynb");
    expect(headersOf(stage, "POST sessions/s/agent").map((headers) => headers?.["if-none-match"])).toEqual(["*"]);
    expect(stage.one("draft-use").textContent).toBe("Use it in this notebook");
    await stage.show(draft({ ...whole, prompt: "More." }));
    await stage.shows("draft-status", "Unsaved changes");
    await stage.press("draft-save");
    await until(() => expect(headersOf(stage, "POST sessions/s/agent").map((headers) => headers?.["if-match"])).toEqual([undefined, '"1"']));
  });

  test("that Claude saved is known to be saved", async () => {
    serve(stage, resource(agent("helper", { description: "Helps.", prompt: "You help." }), { etag: '"7"' }));
    await stage.show(draft(whole), { type: "agent_saved", name: "helper", path: "x/helper.agent.json", etag: '"7"' } as ShortFrame);
    await stage.shows("draft-status", "Saved as helper.agent.json");
  });

  test("that met another file shows both, takes a field of the other, and replaces it when told to", async () => {
    const theirs = resource(agent("helper", { description: "Theirs.", prompt: "Other\u200b." }), { etag: '"9"' });
    let answer: [number, unknown] = [409, { code: "agent_changed", message: "Another.", remedy: "", yours: agent("helper"), theirs }];
    stage.wire.rest.set("POST sessions/s/agent", () => answer);
    await stage.show(draft(whole));
    await stage.shows("draft-status", "Not saved yet");
    await stage.press("draft-save");
    await stage.shows("conflict", "There is already a helper.agent.json");
    expect(stage.all("difference").map(({ dataset }) => dataset["field"])).toEqual(["description", "prompt"]);
    expect(stage.all("difference")[1]?.textContent).toContain("Other\\u200b.");
    await stage.press("take-field");
    await taken(1, { ...whole, description: "Theirs." });
    await until(() => expect(stage.all("difference")).toHaveLength(1));
    answer = [200, resource(agent("helper", { description: "Theirs.", prompt: "You help." }), { etag: '"10"' })];
    await stage.press("keep-mine");
    await stage.shows("draft-status", "Saved as helper.agent.json");
    expect(headersOf(stage, "POST sessions/s/agent").at(-1)?.["if-match"]).toBe('"9"');
  });

  test("that met another file may be saved under another name", async () => {
    const refusal = { code: "agent_changed", message: "Another.", remedy: "", yours: null, theirs: resource(agent("helper")) };
    stage.wire.rest.set("POST sessions/s/agent", () => [409, refusal]);
    await stage.show(draft(whole));
    await stage.shows("draft-status", "Not saved yet");
    await stage.press("draft-save");
    await stage.press("other-name");
    await until(() => expect(field("name").value).toBe("helper-2"));
    await until(() => expect(document.activeElement).toBe(field("name")));
  });

  test("has tools of Claude Code's own and others, or all", async () => {
    await until(() => expect(stage.one("tools-only")).toBeDefined());
    stage.one("tools-only").click();
    expect((await stage.got("edit_draft")).at(-1)?.fields).toEqual({ tools: ["Read", "Glob", "Grep"] });
    stage.all("draft-tool").find(({ dataset }) => dataset["tool"] === "Glob")?.click();
    expect((await stage.got("edit_draft", 2)).at(-1)?.fields).toEqual({ tools: ["Read", "Grep"] });
    type(stage.one("tool-other"), "mcp__db__query");
    key(stage.one("tool-other"), "Enter");
    expect((await stage.got("edit_draft", 3)).at(-1)?.fields).toEqual({ tools: ["Read", "Grep", "mcp__db__query"] });
    expect(stage.all("own-tool").map(({ textContent }) => textContent)).toEqual(["mcp__db__query"]);
    stage.one("tools-all").click();
    expect((await stage.got("edit_draft", 4)).at(-1)?.fields).toEqual({ tools: null });
  });

  test("has first questions that are added, moved and removed; empty ones are not sent", async () => {
    const questions = () => stage.all("draft-starter").map((input) => (input as HTMLInputElement).value);
    await stage.show(draft({ starters: ["One", "Two"] }));
    await until(() => expect(questions()).toEqual(["One", "Two"]));
    await stage.press("starter-down", 0);
    await stage.press("starter-add");
    expect((await stage.got("edit_draft")).at(-1)?.fields).toEqual({ starters: ["Two", "One"] });
    expect(questions()).toEqual(["Two", "One", ""]);
    await stage.press("starter-remove", 0);
    expect((await stage.got("edit_draft", 2)).at(-1)?.fields).toEqual({ starters: ["One"] });
  });

  test("leads back to the notebook's conversation", async () => {
    stage.wire.rest.set("POST sessions", () => [200, { session_id: "home" }]);
    await stage.press("back");
    await until(() => expect(stage.shown).toBe("home"));
    expect(stage.wire.asked).toContainEqual({ what: "POST sessions", query: "", body: { notebook: "x/a.ipynb" } });
  });
});
