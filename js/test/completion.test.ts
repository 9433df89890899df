import { beforeEach, describe, expect, test, vi } from "vitest";
import { key, pause, Stage, type } from "./stage";

const stage = new Stage();
const field = () => stage.one("composer") as HTMLTextAreaElement;
const labels = () => stage.all("suggestion").map((item) => item.querySelector(".jcw-suggestion-label")?.textContent);
const offered = (...expected: string[]) => vi.waitFor(() => expect(labels()).toEqual(expected), 5000);
const active = () => document.getElementById(field().getAttribute("aria-activedescendant") ?? "")?.textContent ?? "";

const commands = [
  { name: "compact", description: "Make the conversation shorter", argument_hint: "[instructions]", aliases: [] },
  { name: "cost", description: "What it cost", argument_hint: "", aliases: ["usage"] },
  { name: "my:compare", description: "Compare", argument_hint: "", aliases: [] },
];

/** Write, with the caret at the end. */
async function written(text: string): Promise<void> {
  await vi.waitFor(() => expect(stage.one("panel").dataset["link"]).toBe("open"));
  type(field(), text);
  field().setSelectionRange(text.length, text.length);
  key(field(), "Shift");
  field().dispatchEvent(new KeyboardEvent("keyup", { key: "Shift", bubbles: true }));
}

beforeEach(() => {
  stage.wire.rest.set("GET sessions/s/offers", () => [200, { commands, models: [], efforts: [], modes: [] }]);
  stage.wire.rest.set("GET sessions/s/files", (_body, query) => {
    const all = [
      { path: "data", kind: "folder" },
      { path: "data/a b.csv", kind: "file" },
      { path: "data/raw.csv", kind: "file" },
      { path: "notes.md", kind: "file" },
    ];
    const q = query.get("q") ?? "";
    return [200, { files: all.filter(({ path }) => path.startsWith(q) && !path.slice(q.length).includes("/")) }];
  });
});

describe("a slash at the beginning", () => {
  test("offers the commands with what they do and take, those that begin so first", async () => {
    await written("/");
    await offered("/model", "/effort", "/rename", "/clear", "/compact", "/cost", "/my:compare");
    expect(stage.all("suggestion")[4]?.textContent).toBe("/compact[instructions]Make the conversation shorter");
    await written("/comp");
    await offered("/compact", "/my:compare");
    await written("/usa");
    await offered("/cost");
  });

  test("is completed with Enter or Tab, and sent with Enter when it is complete", async () => {
    await written("/com");
    await offered("/compact", "/my:compare");
    key(field(), "Enter");
    expect(field().value).toBe("/compact ");
    expect(stage.sent("prompt")).toEqual([]);
    await written("/cost");
    await offered("/cost");
    key(field(), "Enter");
    expect((await stage.got("prompt"))[0]).toMatchObject({ text: "/cost" });
    await stage.gone("suggestion");
  });

  test("is walked through with the arrows, which is told to a screen reader", async () => {
    await written("/co");
    await offered("/compact", "/cost", "/my:compare");
    expect(active()).toContain("/compact");
    key(field(), "ArrowUp");
    await vi.waitFor(() => expect(active()).toContain("/my:compare"));
    key(field(), "ArrowDown");
    key(field(), "ArrowDown");
    await vi.waitFor(() => expect(active()).toContain("/cost"));
    expect(field().getAttribute("aria-controls")).toBe(stage.one("completion").id);
    expect(stage.one("completion").querySelectorAll("[aria-selected=true]")).toHaveLength(1);
  });

  test("is chosen with the mouse, and the field keeps the focus", async () => {
    await written("/co");
    await offered("/compact", "/cost", "/my:compare");
    field().focus();
    stage.all("suggestion")[1]?.click();
    expect(field().value).toBe("/cost ");
    expect(document.activeElement).toBe(field());
  });

  test("can be refused with Escape, which then neither stops Claude nor comes back while one writes on", async () => {
    await stage.show({ type: "state", state: "running", why: "" });
    await stage.shows("stop");
    await written("/c");
    await offered("/clear", "/compact", "/cost", "/my:compare");
    key(field(), "Escape");
    await stage.gone("suggestion");
    expect(stage.one("hint").textContent).not.toContain("Escape");
    await written("/com");
    await pause(30);
    expect(stage.all("suggestion")).toEqual([]);
    await written("");
    await written("/com");
    await offered("/compact", "/my:compare");
  });

  test("elsewhere is only a slash", async () => {
    await written("a /comp");
    await pause(50);
    expect(stage.all("suggestion")).toEqual([]);
    expect(stage.wire.asked).toEqual([]);
  });

  test("says so where the commands cannot be had, and is sent all the same", async () => {
    stage.wire.rest.set("GET sessions/s/offers", () => [503, { code: "asleep", message: "Asleep.", remedy: "" }]);
    await written("/compact");
    await vi.waitFor(() => expect(stage.element.textContent).toContain("Suggestions cannot be loaded"));
    key(field(), "Enter");
    expect((await stage.got("prompt"))[0]).toMatchObject({ text: "/compact" });
  });
});

describe("an @", () => {
  test("offers files and folders, and goes into a folder", async () => {
    await written("look at @");
    await offered("data/", "notes.md");
    key(field(), "Enter");
    expect(field().value).toBe("look at @data/");
    await offered("data/a b.csv", "data/raw.csv");
    key(field(), "ArrowDown");
    await vi.waitFor(() => expect(active()).toContain("raw"));
    key(field(), "Tab");
    expect(field().value).toBe("look at @data/raw.csv ");
    await stage.gone("suggestion");
  });

  test("writes a path with a space in quotes", async () => {
    await written('@"data/a b');
    await offered("data/a b.csv");
    key(field(), "Enter");
    expect(field().value).toBe('@"data/a b.csv" ');
  });

  test("asks once for what is written fast", async () => {
    await written("@");
    await offered("data/", "notes.md");
    for (const text of ["@n", "@no", "@not", "@note"]) {
      await written(text);
    }
    await offered("notes.md");
    const asked = () => stage.wire.asked.map(({ query }) => query);
    await vi.waitFor(() => expect(asked().at(-1)).toBe("?q=note"));
    expect(asked()).toEqual(["?q=", "?q=note"]);
  });

  test("inside of a word is part of it", async () => {
    await written("ann@example");
    await pause(50);
    expect(stage.wire.asked).toEqual([]);
  });
});
