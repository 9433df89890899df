import { describe, expect, test } from "vitest";
import { ended, of, type ShortFrame, started, whole } from "./fold";
import { key, pause, Stage, type, until, write } from "./stage";
import { send } from "./wire";

const ARMED_MS = 320;
const stage = new Stage();

interface Kept {
  session_id: string;
  title: string;
  turns: number;
  state: string;
  snippet?: string;
}

let kept: Kept[];

/** A server that has these conversations of `a.ipynb`, newest first; the panel shows the one that was asked for. */
function serve(...conversations: Kept[]): void {
  kept = conversations;
  const { rest } = stage.wire;
  const whole = (one: Kept) => ({ ...one, notebook: "a.ipynb", created: "2026-01-02T03:04:05Z", modified: "2026-01-02T03:04:05Z" });
  rest.set("GET sessions", (_, query) => {
    const wanted = query.get("q") ?? "";
    const found = kept.filter(({ title, snippet }) => `${title} ${snippet}`.includes(wanted));
    return [200, { sessions: found.map((one) => whole(wanted ? one : { ...one, snippet: undefined as never })) }];
  });
  rest.set("POST sessions", () => {
    kept = [{ session_id: "new", title: "", turns: 0, state: "ready" }, ...kept];
    return [201, whole(kept[0] as Kept)];
  });
  for (const one of conversations) {
    rest.set(`DELETE sessions/${one.session_id}`, () => {
      kept = kept.filter(({ session_id }) => session_id !== one.session_id);
      return [204, null];
    });
    rest.set(`PATCH sessions/${one.session_id}`, (body) => {
      kept = kept.map((there) => (there === one ? { ...there, ...(body as object) } : there));
      return [200, whole(one)];
    });
  }
  stage.wire.onOpen = ({ peer, path }) => {
    const session = path.split("/").at(-2) ?? "";
    const title = kept.find(({ session_id }) => session_id === session)?.title ?? "";
    const settings = { mode: "default" };
    send(peer, { type: "welcome", protocol: 1, session, context: "workspace", notebook: "a.ipynb", title, head: 0, state: "ready", settings, demo: false });
  };
}

const S: Kept = { session_id: "s", title: "First", turns: 2, state: "ready" };
const T: Kept = { session_id: "t", title: "Second", turns: 1, state: "waiting", snippet: "about the whale" };

const titles = () => stage.all("conversation").map((row) => row.querySelector(".jcw-conversation-title")?.textContent);
const welcomed = (title: string) => stage.shows("title", title);

async function list(count: number): Promise<void> {
  await stage.press("conversations");
  await until(() => expect(stage.all("conversation")).toHaveLength(count));
}

describe("the list of conversations", () => {
  test("tells their titles, turns and whether one needs the person, and which one is shown", async () => {
    serve(S, T);
    await list(2);
    expect(titles()).toEqual(["First", "Second"]);
    expect(stage.all("conversation")[0]?.textContent).toContain("2 turns");
    expect(stage.all("conversation")[1]?.textContent).toContain("needs your answer");
    expect(stage.all("conversation-open").map((one) => one.getAttribute("aria-current"))).toEqual(["true", "false"]);
  });

  test("finds what was said, shows where, and asks the server only when the typing pauses", async () => {
    serve(S, T);
    await list(2);
    const field = stage.one("search-conversations");
    for (const written of ["w", "wh", "whale"]) {
      type(field, written);
    }
    await until(() => expect(titles()).toEqual(["Second"]));
    expect(stage.one("conversation").textContent).toContain("about the whale");
    const searches = stage.wire.asked.filter(({ what, query }) => what === "GET sessions" && query.includes("q="));
    expect(searches.map(({ query }) => query)).toEqual(["?notebook=a.ipynb&q=whale"]);
    type(field, "nowhere");
    await stage.shows("conversations-popup", "Nothing with “nowhere”");
  });

  test("leads by the arrow keys from the search through the conversations", async () => {
    serve(S, T);
    await list(2);
    const active = () => document.activeElement as HTMLElement;
    expect(active()).toBe(stage.one("search-conversations"));
    key(active(), "ArrowDown");
    key(active(), "ArrowDown");
    key(active(), "ArrowDown");
    expect(active()).toBe(stage.all("conversation-open")[1]);
    key(active(), "ArrowUp");
    expect(active()).toBe(stage.all("conversation-open")[0]);
  });

  test("says so where it cannot be loaded", async () => {
    serve(S);
    stage.wire.rest.set("GET sessions", () => [500, {}]);
    await stage.press("conversations");
    await stage.shows("conversations-popup", "could not be loaded");
  });
});

describe("another conversation", () => {
  test("takes the place of the one that was shown, with its own draft; the rest of the panel stays", async () => {
    serve(S, T);
    await welcomed("First");
    await stage.show(started, whole("Reply one"), ended);
    await stage.shows("reply", "Reply one");
    type(stage.one("composer"), "half a thought");
    const panel = stage.one("panel");
    const opener = stage.one("conversations");
    await list(2);
    await stage.press("conversation-open", 1);
    await welcomed("Second");
    expect([stage.shown, stage.one("panel"), stage.one("conversations")]).toEqual(["t", panel, opener]);
    expect(stage.all("reply")).toHaveLength(0);
    await until(() => expect((stage.one("composer") as HTMLTextAreaElement).value).toBe(""));
    await write(stage, "To the second");
    await stage.got("prompt");
    expect(stage.wire.connections.at(-1)?.got).toHaveLength(1);
    await list(2);
    await stage.press("conversation-open", 0);
    await welcomed("First");
    await until(() => expect((stage.one("composer") as HTMLTextAreaElement).value).toBe("half a thought"));
  });

  test("may be a new one of the same notebook, ready to be written to", async () => {
    serve(S);
    await stage.press("new-conversation");
    await until(() => expect(stage.shown).toBe("new"));
    expect(stage.wire.asked).toContainEqual({ what: "POST sessions", query: "", body: { notebook: "a.ipynb", new: true } });
    await until(() => expect(document.activeElement).toBe(stage.one("composer")));
  });
});

describe("a conversation", () => {
  test("is renamed in its place in the list, and by its title", async () => {
    serve(S, T);
    await list(2);
    await stage.press("conversation-rename", 1);
    await until(() => expect(stage.one("title-field")).toBeDefined());
    (stage.one("title-field") as HTMLInputElement).value = "Whales";
    key(stage.one("title-field"), "Enter");
    await until(() => expect(titles()).toEqual(["First", "Whales"]));
    expect(document.activeElement).toBe(stage.all("conversation-rename")[1]);
    key(stage.one("conversations-popup"), "Escape");
    await stage.press("title");
    await until(() => expect(stage.one("title-field")).toBeDefined());
    (stage.one("title-field") as HTMLInputElement).value = "Fishes";
    key(stage.one("title-field"), "Enter");
    await until(() => expect(kept.map(({ title }) => title)).toEqual(["Fishes", "Whales"]));
    await until(() => expect(document.activeElement).toBe(stage.one("title")));
    await stage.show(of(null, { type: "configured", title: "Fishes", settings: { mode: "default" } } as ShortFrame));
    await welcomed("Fishes");
  });

  test("keeps its title where Escape leaves the field", async () => {
    serve(S);
    await stage.press("title");
    await until(() => expect(stage.one("title-field")).toBeDefined());
    (stage.one("title-field") as HTMLInputElement).value = "Other";
    key(stage.one("title-field"), "Escape");
    await welcomed("First");
    expect(kept[0]?.title).toBe("First");
  });

  test("is deleted only by a second act that says what is lost", async () => {
    serve(S, T);
    await list(2);
    await stage.press("conversation-delete", 1);
    await stage.shows("conversation-removal", "Delete “Second”?");
    expect(stage.one("conversation-removal").textContent).toContain("Its turn and what Claude knows of it are gone for good.");
    expect(stage.one("conversation-removal").textContent).toContain("Claude is working in it");
    stage.one("conversation-delete-do").click();
    await pause(ARMED_MS);
    expect(kept).toHaveLength(2);
    stage.one("conversation-delete-do").click();
    await until(() => expect(titles()).toEqual(["First"]));
    expect(stage.shown).toBe("s");
  });

  test("that is open gives way to the next newest when it is deleted, and the last one to a new one", async () => {
    serve(S, T);
    const remove = async () => {
      await stage.press("conversation-delete");
      await stage.shows("conversation-removal");
      await pause(ARMED_MS);
      stage.one("conversation-delete-do").click();
    };
    await list(2);
    await remove();
    await until(() => expect(stage.shown).toBe("t"));
    await until(() => expect(titles()).toEqual(["Second"]));
    await remove();
    await until(() => expect(stage.shown).toBe("new"));
  });

  test("that was ended elsewhere offers a new one in its place", async () => {
    serve(S);
    await welcomed("First");
    (await stage.wire.connection(0)).peer.close(1000);
    await stage.press("begin-another");
    await until(() => expect(stage.shown).toBe("new"));
  });
});
