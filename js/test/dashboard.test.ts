import { afterEach, describe, expect, test, vi } from "vitest";
import { ago, memory } from "../src/lab/dashboard/amounts";
import { markTab, openQuestions, PageTitle, shortCount } from "../src/lab/dashboard/badge";
import { grouped, named } from "../src/lab/dashboard/grouping";
import { Happenings, LONG_TURN_MS } from "../src/lab/dashboard/happenings";
import { Roster, renewed } from "../src/lab/dashboard/roster";
import { wordsIn } from "../src/lab/dashboard/words";
import type { SessionResource } from "../src/rest";
import { Rest } from "../src/rest";
import { english } from "./english";
import { until } from "./stage";
import { Wire } from "./wire";

const NOW = Date.parse("2026-05-06T12:00:00Z");
const MINUTE = 60_000;

function session(id: string, more: Partial<SessionResource> = {}): SessionResource {
  return {
    session_id: id,
    context: "workspace",
    notebook: "a.ipynb",
    title: id,
    state: "ready",
    settings: { mode: "default", privacy: "full", sealed: false },
    created: "2026-05-06T10:00:00Z",
    modified: "2026-05-06T11:00:00Z",
    turns: 1,
    queued: 0,
    questions: 0,
    process: true,
    memory: null,
    page_url: "",
    ...more,
  };
}

const at = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();
const shape = (sessions: SessionResource[], current = "") =>
  grouped(sessions, current).map((group) => [group.kind, group.notebook, group.sessions.map(({ session_id }) => session_id)]);

describe("grouping", () => {
  test("sessions stand by notebook, the one in front first and the others by their newest session", () => {
    const all = [
      session("old", { notebook: "b.ipynb", modified: at(90) }),
      session("new", { notebook: "c.ipynb", modified: at(5) }),
      session("own", { notebook: "a.ipynb", modified: at(200) }),
      session("older", { notebook: "c.ipynb", modified: at(80) }),
    ];
    expect(shape(all, "a.ipynb")).toEqual([
      ["notebook", "a.ipynb", ["own"]],
      ["notebook", "c.ipynb", ["new", "older"]],
      ["notebook", "b.ipynb", ["old"]],
    ]);
  });

  test("what waits for an answer stands first, whatever it is for, with what waits longest at its top", () => {
    const all = [
      session("quiet"),
      session("late", { questions: 1, modified: at(1), context: "agent-create" }),
      session("long", { questions: 2, modified: at(30), notebook: "z.ipynb" }),
    ];
    expect(shape(all)[0]).toEqual(["asking", "", ["long", "late"]]);
    expect(shape(all)).toHaveLength(2);
  });

  test("interviews and try-outs of agents are no conversations of their notebook", () => {
    const all = [session("talk"), session("interview", { context: "agent-create" }), session("trial", { context: "agent-try" })];
    expect(shape(all).map(([kind, , ids]) => [kind, ids])).toEqual([
      ["notebook", ["talk"]],
      ["making", ["interview", "trial"]],
    ]);
  });

  test("a title and a path are found whatever their case", () => {
    const one = session("x", { title: "Über Wale", notebook: "Data/Fish.ipynb" });
    expect([named(one, "über"), named(one, "data/fish"), named(one, "shark")]).toEqual([true, true, false]);
  });
});

describe("amounts", () => {
  test.each([
    [0, "now"],
    [0.9, "now"],
    [1, "1 min. ago"],
    [59, "59 min. ago"],
    [60, "1 hr. ago"],
    [26 * 60, "yesterday"],
    [60 * 24 * 60, "Mar 7, 2026"],
  ])("%s minutes ago is said as %s", (minutes, words) => {
    expect(ago(at(minutes), NOW, "en-US")).toBe(words);
  });

  test.each([
    [850_000, "850 kB"],
    [212_400_000, "212 MB"],
    [1_440_000_000, "1.4 GB"],
  ])("%s bytes are said as %s", (bytes, words) => {
    expect(memory(bytes, "en-US")).toBe(words);
  });
});

describe("the badge", () => {
  const words = wordsIn(english);
  const title = () => ({ dataset: { id: "other" }, caption: "" });

  test("it counts the questions of all sessions, and of many says only that", () => {
    expect(openQuestions([session("a", { questions: 2 }), session("b"), session("c", { questions: 1 })])).toBe(3);
    expect([shortCount(99), shortCount(100)]).toEqual(["99", "99+"]);
  });

  test("the tab carries it in a way that styles and people can read, and is as before when all is answered", () => {
    const tab = title();
    markTab(tab, 2, words);
    expect([tab.dataset, tab.caption]).toEqual([{ id: "other", "jcw-questions": "2" }, "Claude: 2 questions wait for you"]);
    markTab(tab, 0, words);
    expect([tab.dataset, tab.caption]).toEqual([{ id: "other" }, "Claude: sessions and agents"]);
  });

  test("the page's title keeps the count while others change it, and gets rid of it", async () => {
    document.title = "(1) first.ipynb - Lab"; // somebody's own brackets stay
    const page = new PageTitle(document);
    page.show(3);
    expect(document.title).toBe("(3) (1) first.ipynb - Lab");
    document.title = "second.ipynb - Lab";
    await until(() => expect(document.title).toBe("(3) second.ipynb - Lab"));
    page.show(1);
    expect(document.title).toBe("(1) second.ipynb - Lab");
    page.show(0);
    expect(document.title).toBe("second.ipynb - Lab");
    page.dispose();
  });
});

describe("what a person who is elsewhere is told", () => {
  const kinds = (happenings: Happenings, now: number, ...sessions: SessionResource[]) =>
    happenings.since(sessions, now).map(({ kind, session: { session_id } }) => `${session_id} ${kind}`);

  test("a question is news once, and what was open from the start is none", () => {
    const seen = new Happenings();
    expect(kinds(seen, 0, session("a", { questions: 1, state: "waiting" }))).toEqual([]);
    expect(kinds(seen, 1, session("a", { questions: 1, state: "waiting" }))).toEqual([]);
    expect(kinds(seen, 2, session("a", { questions: 2, state: "waiting" }))).toEqual(["a asked"]);
    expect(kinds(seen, 3, session("a", { questions: 2, state: "waiting" }), session("b", { questions: 1 }))).toEqual(["b asked"]);
  });

  test("the end of a turn is news where it was a long one, the waiting in it included", () => {
    const seen = new Happenings();
    const [idle, busy, waits] = [session("a"), session("a", { state: "running" }), session("a", { state: "waiting" })];
    expect(kinds(seen, 0, idle)).toEqual([]);
    expect(kinds(seen, 1, busy)).toEqual([]);
    expect(kinds(seen, LONG_TURN_MS, idle)).toEqual([]);
    expect(kinds(seen, LONG_TURN_MS + 1, busy)).toEqual([]);
    expect(kinds(seen, LONG_TURN_MS + 2, waits)).toEqual([]);
    expect(kinds(seen, 2 * LONG_TURN_MS + 1, idle)).toEqual(["a done"]);
    expect(kinds(seen, 2 * LONG_TURN_MS + 2, idle)).toEqual([]);
  });

  test("a process that ended in a turn is news at once", () => {
    const seen = new Happenings();
    kinds(seen, 0, session("a", { state: "running" }));
    expect(kinds(seen, 1, session("a", { state: "failed" }))).toEqual(["a failed"]);
  });
});

describe("the roster", () => {
  let wire: Wire;
  let roster: Roster | null = null;

  async function open(answer: () => [number, unknown]): Promise<Roster> {
    wire = new Wire();
    wire.rest.set("GET sessions", answer);
    roster = new Roster(new Rest({ base: await wire.listen(), token: "" }));
    return roster;
  }

  afterEach(async () => {
    roster?.dispose();
    roster = null;
    await wire?.close();
  });

  test("a session that did not change stays the same object", () => {
    const before = [session("a"), session("b")];
    const [a, b] = renewed(before, [session("a"), session("b", { state: "running" })]);
    expect([a === before[0], b === before[1]]).toEqual([true, false]);
  });

  test("a hundred things that happen at once are one request", async () => {
    const made = await open(() => [200, { sessions: [session("a")] }]);
    for (let index = 0; index < 100; index++) {
      made.soon();
    }
    await until(() => expect(made.store.state.sessions).toHaveLength(1));
    expect(wire.asked).toHaveLength(1);
  });

  test("what happens while a request is under way is asked for again", async () => {
    let count = 0;
    const made = await open(() => [200, { sessions: Array.from({ length: ++count }, (_, index) => session(`${index}`)) }]);
    const first = made.load();
    void made.load();
    await first;
    expect(made.store.state.sessions).toHaveLength(1);
    await until(() => expect(made.store.state.sessions).toHaveLength(2));
  });

  test("where the server does not answer, what was known stays, and it is asked again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      let works = true;
      const made = await open(() => (works ? [200, { sessions: [session("a")] }] : [503, {}]));
      await made.load();
      works = false;
      await made.load();
      expect([made.store.state.state, made.store.state.sessions.length]).toEqual(["failed", 1]);
      works = true;
      vi.advanceTimersByTime(5_000);
      vi.useRealTimers();
      await until(() => expect(made.store.state.state).toBe("there"));
    } finally {
      vi.useRealTimers();
    }
  });
});
