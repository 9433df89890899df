import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Tab } from "../src/page/tab";
import { type Conversation, EMPTY, type Turn } from "../src/state/conversation";

let tab: Tab;
let hidden = false;
let heading: HTMLElement;

const turn = (end: object | null): Turn => ({ ...({ id: "t", items: [], text: "" } as unknown as Turn), end: end as Turn["end"] });
const here: Conversation = { ...EMPTY, welcomed: true, session: "s", title: "Whales", notebook: "a.ipynb" };
const running: Conversation = { ...here, turns: [turn(null)] };
const over: Conversation = { ...here, turns: [turn({ why: "done" })] };
const asking: Conversation = { ...running, questions: [{} as never] };

function hide(now: boolean): void {
  hidden = now;
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  hidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
  document.title = "from the server";
  heading = document.createElement("h1");
  tab = new Tab(heading);
});

afterEach(() => vi.restoreAllMocks());

test("the tab keeps the server's title until the conversation has one, and the heading says the same", () => {
  tab.show(EMPTY);
  expect([document.title, heading.textContent]).toEqual(["from the server", "from the server"]);
  tab.show(here);
  expect([document.title, heading.textContent]).toEqual(["Whales", "Whales"]);
});

test("a tab is marked while Claude asks", () => {
  tab.show(asking);
  expect([document.title, heading.textContent]).toEqual(["(?) Whales", "Whales"]);
  tab.show(running);
  expect(document.title).toBe("Whales");
});

test("a turn that ends while nobody looks marks the tab until somebody does", () => {
  tab.show(running);
  hide(true);
  tab.show(over);
  expect(document.title).toBe("✓ Whales");
  tab.show({ ...over, title: "Fishes" });
  expect(document.title).toBe("✓ Fishes");
  hide(false);
  expect(document.title).toBe("Fishes");
});

test("a turn that ended before somebody left marks nothing", () => {
  tab.show(running);
  tab.show(over);
  hide(true);
  tab.show({ ...over, state: "asleep" });
  expect(document.title).toBe("Whales");
});

test("a title that hides a character shows it", () => {
  tab.show({ ...here, title: "a\u202eb" });
  expect(document.title).toBe("a\\u202eb");
});
