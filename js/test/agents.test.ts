import { beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "../src/agents";
import { agent, headersOf, resource, serve, settings, welcome } from "./agent-files";
import type { ShortFrame } from "./fold";
import { key, pause, Stage, type, until } from "./stage";

const ARMED_MS = 320;
const stage = new Stage();

describe("the agents next to the notebook", () => {
  const mine = resource(agent("mine", { starters: ["Begin", "Explain [topic]"] }));
  const hidden = agent("foreign", { prompt: "Be kind\u202e.", tools: ["Read", "Bash"] });
  const foreign = resource(hidden, { accepted: false });
  const broken = resource(agent("broken"), { agent: null, problem: { code: "agent_invalid", text: "broken.agent.json is no JSON.", remedy: "" } });

  beforeEach(() => {
    welcome(stage, {});
    serve(stage, mine, foreign, broken);
  });

  const rows = () => stage.all("agent-row").map(({ textContent }) => textContent);

  async function choose(name: string): Promise<void> {
    await stage.press("agent");
    await until(() => expect(stage.all("agent-row")).toHaveLength(3));
    stage.all("agent-row").find(({ dataset }) => dataset["name"] === name)?.querySelector<HTMLElement>("[data-jcw=agent-choose]")?.click();
  }

  test("are listed with what is known of them, and one is chosen", async () => {
    await choose("broken");
    expect(rows()).toEqual(["mineAbout mine", "foreignAbout foreignNot looked at yet", "brokenbroken.agent.json is no JSON."]);
    expect(stage.sent("configure")).toHaveLength(0);
    stage.one("agent-choose").click();
    expect((await stage.got("configure"))[0]).toMatchObject({ agent: "mine" });
    await stage.show({ type: "configured", title: "", settings: { ...settings, agent: "mine" } } as ShortFrame);
    await stage.shows("agent", "mine");
    await stage.press("agent");
    await stage.press("agent-none");
    expect((await stage.got("configure", 2))[1]).toMatchObject({ agent: null });
  });

  test("that nobody looked at are shown first, whole, and run only after a yes that is not taken at once", async () => {
    stage.wire.rest.set("POST agents/foreign/accept", () => [200, { ...foreign, accepted: true }]);
    await choose("foreign");
    await stage.shows("review-prompt", "Be kind\\u202e.");
    expect(stage.one("review").textContent).toContain("Read, Bash");
    stage.one("review-use").click();
    await pause(ARMED_MS);
    expect(stage.sent("configure")).toHaveLength(0);
    stage.one("review-use").click();
    expect((await stage.got("configure"))[0]).toMatchObject({ agent: "foreign" });
    expect(headersOf(stage, "POST agents/foreign/accept").map((headers) => headers?.["if-match"])).toEqual(['"1"']);
    await stage.gone("review");
  });

  test("that changed while somebody looked are shown again", async () => {
    const changed = { ...foreign, etag: '"2"', agent: { ...hidden, prompt: "Another." } };
    stage.wire.rest.set("POST agents/foreign/accept", () => {
      serve(stage, changed);
      return [409, { code: "agent_changed", message: "Another.", remedy: "" }];
    });
    await choose("foreign");
    await stage.shows("review-prompt", "Be kind");
    await pause(ARMED_MS);
    stage.one("review-use").click();
    await stage.shows("review-prompt", "Another.");
    expect(stage.one("review").textContent).toContain("changed while you looked");
    stage.one("review-use").click();
    expect(headersOf(stage, "POST agents/foreign/accept")).toHaveLength(1);
    key(stage.one("review"), "Escape");
    await stage.gone("review");
    expect(stage.sent("configure")).toHaveLength(0);
  });

  test("are shown too where only the server knows that nobody looked at them", async () => {
    serve(stage, { ...mine, agent: { ...mine.agent, prompt: "By somebody else." } as Agent });
    await stage.press("agent");
    await stage.press("agent-choose");
    const [sent] = await stage.got("configure");
    const problem = { code: "agent_unreviewed", text: "Not looked at.", remedy: "" };
    await stage.show({ type: "error", reply_to: sent?.id, problem } as ShortFrame);
    await stage.shows("review-prompt", "By somebody else.");
    expect(stage.all("notice")).toHaveLength(0);
  });

  test("are reloaded where a file changed, or left", async () => {
    welcome(stage, { settings: { ...settings, agent: "mine" } });
    stage.reload();
    await stage.show({ type: "notice", code: "agent_changed", level: "info", text: "The agent mine was changed.", remedy: "", over: false });
    await stage.press("reload-agent");
    expect((await stage.got("configure"))[0]).toMatchObject({ agent: "mine" });
    await stage.press("without-agent");
    expect((await stage.got("configure", 2))[1]).toMatchObject({ agent: null });
  });

  test("offer their first questions: a whole one is asked, one to fill in goes to the message", async () => {
    welcome(stage, { settings: { ...settings, agent: "mine" } });
    stage.reload();
    await until(() => expect(stage.all("starter").map(({ textContent }) => textContent)).toEqual(["Begin", "Explain [topic]"]));
    stage.all("starter")[1]?.click();
    await until(() => expect((stage.one("composer") as HTMLTextAreaElement).value).toBe("Explain [topic]"));
    expect(stage.sent("prompt")).toHaveLength(0);
    type(stage.one("composer"), "");
    await until(() => expect((stage.one("composer") as HTMLTextAreaElement).value).toBe(""));
    stage.one("starter").focus();
    stage.one("starter").click();
    expect((await stage.got("prompt"))[0]?.text).toBe("Begin");
    expect(document.activeElement).toBe(stage.one("composer"));
  });

  test("are made and changed in a session of their own", async () => {
    stage.wire.rest.set("POST agents/create-session", () => [201, { session_id: "made", page_url: "p" }]);
    await stage.press("agent");
    await stage.press("agent-edit");
    await until(() => expect(stage.shown).toBe("made"));
    expect(stage.wire.asked.find(({ what }) => what === "POST agents/create-session")?.body).toMatchObject({ context: "agent-create", agent: "mine" });
  });
});

test("agents that are being made stand apart in the list of conversations, and those that are tried are not in it", async () => {
  const session = (session_id: string, context: string, title: string) => ({
    ...{ session_id, context, notebook: "a.ipynb", title, state: "ready", settings, created: "2026-01-01T00:00:00Z" },
    ...{ modified: "2026-01-01T00:00:00Z", turns: 1, queued: 0, questions: 0, process: false, memory: null, page_url: "p" },
  });
  const all = [session("s", "workspace", "First"), session("i", "agent-create", "A reviewer"), session("t", "agent-try", "Trying")];
  stage.wire.rest.set("GET sessions", () => [200, { sessions: all }]);
  await stage.press("conversations");
  await stage.shows("being-made", "A reviewer");
  expect(stage.all("conversation")).toHaveLength(2);
  stage.one("being-made").querySelector<HTMLElement>("[data-jcw=conversation-open]")?.click();
  await until(() => expect(stage.shown).toBe("i"));
});
