import "./layout";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Alerts } from "../src/lab/dashboard/alerts";
import type { Surroundings } from "../src/lab/dashboard/around";
import { mountDashboard } from "../src/lab/dashboard/mount";
import { Roster } from "../src/lab/dashboard/roster";
import { wordsIn } from "../src/lab/dashboard/words";
import { Rest } from "../src/rest";
import { Store } from "../src/state/store";
import { english } from "./english";
import { key, type, until } from "./stage";
import { Wire } from "./wire";

const MANY = 100;
const NOTEBOOKS = 10;

let wire: Wire;
let element: HTMLElement;
let around: Surroundings;
let unmount: () => void;
let sessions: object[];
const opened = vi.fn();

const all = (hook: string) => [...element.querySelectorAll<HTMLElement>(`[data-jcw="${hook}"]`)];
const listed = (count: number) => until(() => expect(all("dash-session")).toHaveLength(count));
const focused = () => document.activeElement?.closest<HTMLElement>("[data-session]")?.dataset["session"];

function session(index: number, more: object = {}): object {
  const modified = new Date(Date.now() - index * 60_000).toISOString();
  const common = { context: "workspace", settings: { mode: "default" }, turns: 1, queued: 0, process: true, memory: 2e8, page_url: "" };
  const notebook = `folder/${index % NOTEBOOKS}.ipynb`;
  return { ...common, session_id: `s${index}`, notebook, title: `Session ${index}`, state: "ready", questions: 0, created: modified, modified, ...more };
}

beforeEach(async () => {
  wire = new Wire();
  sessions = Array.from({ length: MANY }, (_, index) => session(index));
  wire.rest.set("GET sessions", () => [200, { sessions }]);
  wire.rest.set("GET agents", () => [200, { agents: [] }]);
  const rest = new Rest({ base: await wire.listen(), token: "" });
  const roster = new Roster(rest);
  const choice = { get: () => false, set: async () => {}, follow: () => {} };
  around = {
    rest,
    roster,
    alerts: new Alerts(choice, wordsIn(english), opened),
    trans: english,
    notebook: new Store("folder/3.ipynb"),
    files: new Store(0),
    shown: new Store(true),
    openSession: opened,
    newAgent: vi.fn(),
    openFile: vi.fn(),
  };
  opened.mockClear();
  element = document.body.appendChild(document.createElement("div"));
  unmount = mountDashboard(element, around);
  await roster.load();
});

afterEach(async () => {
  around.roster.dispose();
  unmount();
  element.remove();
  await wire.close();
});

describe("a hundred sessions", () => {
  test("they stand under their notebooks, that of the notebook in front first, and one of them is in the way of Tab", async () => {
    await listed(MANY);
    const headings = [...element.querySelectorAll("h3")].map((heading) => heading.textContent);
    expect(headings).toHaveLength(NOTEBOOKS);
    expect(headings[0]).toBe("3.ipynb10");
    await until(() => expect(all("dash-open").filter((stop) => stop.tabIndex === 0)).toHaveLength(1));
  });

  test("what changes in one of them draws that one again, and no other", async () => {
    await listed(MANY);
    await until(() => expect(all("dash-agents")[0]?.dataset["loaded"]).toBe("there"));
    const before = all("dash-session");
    const changes: Node[] = [];
    const observer = new MutationObserver((records) => changes.push(...records.map(({ target }) => target)));
    observer.observe(element, { subtree: true, childList: true, characterData: true, attributes: true });
    sessions = sessions.map((one, index) => (index === 42 ? session(42, { state: "failed" }) : one));
    await around.roster.load();
    const row = element.querySelector<HTMLElement>("[data-session=s42]");
    await until(() => expect(row?.textContent).toContain("Stopped working"));
    observer.disconnect();
    expect(all("dash-session")).toEqual(before);
    expect(changes.filter((node) => !row?.contains(node))).toEqual([]);
  });

  test("arrows, Home and End go through all of them, and Enter is a press", async () => {
    await listed(MANY);
    const [first, second] = all("dash-open");
    first?.focus();
    key(first as Element, "ArrowDown");
    expect(document.activeElement).toBe(second);
    key(second as Element, "End");
    expect(document.activeElement).toBe(all("dash-open").at(-1));
    key(document.activeElement as Element, "Home");
    expect(document.activeElement).toBe(first);
    key(first as Element, "ArrowRight");
    expect((document.activeElement as HTMLElement).dataset["jcw"]).toBe("dash-rename");
    key(document.activeElement as Element, "ArrowLeft");
    first?.click();
    expect(opened).toHaveBeenCalledWith("s3");
  });

  test("a session that is asked something moves to the top, and keeps the focus there", async () => {
    await listed(MANY);
    element.querySelector<HTMLElement>("[data-session=s50] [data-move]")?.focus();
    sessions = sessions.map((one, index) => (index === 50 ? session(50, { questions: 1, state: "waiting" }) : one));
    await around.roster.load();
    await until(() => expect(all("dash-session")[0]?.dataset["session"]).toBe("s50"));
    await until(() => expect(focused()).toBe("s50"));
  });

  test("the one in whose place another one comes gives it the focus", async () => {
    await listed(MANY);
    const next = all("dash-session")[6]?.dataset["session"];
    all("dash-open")[5]?.focus();
    const gone = focused();
    sessions = sessions.filter((one) => (one as { session_id: string }).session_id !== gone);
    await around.roster.load();
    await listed(MANY - 1);
    await until(() => expect(focused()).toBe(next));
  });

  test("what the server finds in the text stands beside what is found by title", async () => {
    wire.rest.set("GET sessions", (_, query) => [200, { sessions: query.get("q") ? [{ ...session(7), snippet: "…the words around…" }] : sessions }]);
    await listed(MANY);
    type(all("dash-find")[0] as HTMLElement, "Session 42");
    await listed(2);
    await until(() => expect(element.querySelector(".jcw-snippet")?.textContent).toBe("…the words around…"));
  });
});

describe("when the server is not there", () => {
  test("what was known stays, and that it may be old is said", async () => {
    await listed(MANY);
    wire.rest.set("GET sessions", () => [503, {}]);
    await around.roster.load();
    await until(() => expect(element.textContent).toContain("What you see may be old"));
    expect(all("dash-session")).toHaveLength(MANY);
  });

  test("a deletion that was refused is told, and the session stays", async () => {
    wire.rest.set("DELETE sessions/s3", () => [403, { code: "forbidden", message: "You may not delete it.", remedy: "" }]);
    await listed(MANY);
    key(all("dash-open")[0] as Element, "Delete");
    await until(() => expect(all("dash-delete-do")).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 320));
    all("dash-delete-do")[0]?.click();
    await until(() => expect(all("dash-problem")[0]?.textContent).toBe("You may not delete it."));
    expect(all("dash-session")).toHaveLength(MANY);
  });
});
