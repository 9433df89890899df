import { describe, expect, test, vi } from "vitest";
import { numbered, type ShortFrame, started } from "./fold";
import { prefer } from "../src/preferences";
import { key, pause, Stage, type, write } from "./stage";
import { send, welcome } from "./wire";

const stage = new Stage();
const field = () => stage.one("composer") as HTMLTextAreaElement;
const holds = (text: string) => vi.waitFor(() => expect(field().value).toBe(text), 5000);
const running: ShortFrame = { type: "state", state: "running", why: "" };

describe("a prompt", () => {
  test("is sent with Enter, stands in the conversation at once, and empties the composer", async () => {
    await stage.shows("composer");
    await stage.wire.connection(0);
    await write(stage, "  Why?\nAnd how?  ");
    expect((await stage.got("prompt"))[0]).toMatchObject({ text: "Why?\nAnd how?", prompt: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(stage.one("outgoing").textContent).toContain("Why?");
    expect((stage.one("composer") as HTMLTextAreaElement).value).toBe("");
  });

  test.each([
    ["Shift+Enter", { key: "Enter", shiftKey: true }],
    ["Enter while a character is being composed", { key: "Enter", isComposing: true }],
  ])("is not sent with %s", async (_what, key) => {
    await write(stage, "Why?", key);
    await pause(30);
    expect(stage.sent("prompt")).toEqual([]);
  });

  test("that was written while there was no connection is sent once there is one again, and once only", async () => {
    const { peer } = await stage.wire.connection(0);
    stage.wire.onOpen = () => {};
    peer.terminate();
    const { peer: next } = await stage.wire.connection(1);
    await write(stage, "Why?");
    expect(stage.sent("prompt")).toEqual([]);
    welcome(next);
    (await stage.got("prompt"))[0];
    await pause(30);
    expect(stage.sent("prompt")).toHaveLength(1);
  });

  test("that the server had already got is not sent again after a reconnect", async () => {
    await stage.wire.connection(0);
    await write(stage, "Why?");
    const prompt = ((await stage.got("prompt"))[0]) as { prompt: string };
    const turn = { ...started, origin: { kind: "prompt", prompt: prompt.prompt } } as ShortFrame;
    stage.wire.onOpen = ({ peer }) => {
      welcome(peer, 1);
      send(peer, ...numbered([turn]));
    };
    stage.wire.connections[0]?.peer.terminate();
    await stage.shows("turn", "Hello");
    await pause(30);
    expect(stage.sent("prompt")).toHaveLength(1);
    expect(stage.all("outgoing")).toEqual([]);
  });

  test("that was refused says why and can be sent again under a new name", async () => {
    const { peer } = await stage.wire.connection(0);
    await write(stage, "Why?");
    const first = ((await stage.got("prompt"))[0]) as { id: string; prompt: string };
    send(peer, { type: "error", reply_to: first.id, problem: { code: "rate_limited", text: "Too many.", remedy: "Wait." } });
    await stage.shows("outgoing", "Too many.");
    stage.one("send-again").click();
    await vi.waitFor(() => expect(stage.sent("prompt")).toHaveLength(2));
    expect(stage.sent("prompt")[1]).toMatchObject({ text: "Why?", prompt: expect.not.stringMatching(first.prompt) });
  });

  test("that was kept by a failed turn can be sent again, never by itself", async () => {
    const problem = { code: "authentication", text: "The key was refused.", remedy: "Set another." };
    await stage.show(started, { type: "turn_ended", why: "failed", prompt_kept: true, problem });
    await stage.shows("ending", "The key was refused.");
    expect(stage.sent("prompt")).toEqual([]);
    stage.one("send-again").click();
    expect((await stage.got("prompt"))[0]).toMatchObject({ text: "Hello" });
  });
});

test("Stop is there while Claude works, and interrupts", async () => {
  expect(stage.all("stop")).toEqual([]);
  await stage.show({ type: "state", state: "running", why: "" }, started);
  await stage.shows("stop");
  stage.one("stop").click();
  (await stage.got("interrupt"))[0];
});


describe("keys", () => {
  test("Ctrl+Enter sends and Enter does not, where a person prefers that, also after a reload", async () => {
    await stage.shows("send-with", "Enter sends");
    await stage.press("send-with");
    await stage.shows("send-with", "Ctrl+Enter sends");
    await write(stage, "Why?");
    await pause(30);
    expect(stage.sent("prompt")).toEqual([]);
    stage.reload();
    await stage.shows("send-with", "Ctrl+Enter sends");
    expect(JSON.parse(localStorage.getItem("jcw:preferences") ?? "")).toEqual({ sendWith: "mod+enter" });
    await write(stage, "Why?", { key: "Enter", ctrlKey: true });
    await stage.got("prompt");
    prefer({ sendWith: "enter" });
  });

  test("Alt+Enter and the button beside Send put a prompt into the turn that runs, Enter lets it wait", async () => {
    await stage.show(running, started);
    await stage.shows("stop");
    await write(stage, "after");
    await write(stage, "into", { key: "Enter", altKey: true });
    type(field(), "into too");
    await stage.press("steer");
    const sent = await stage.got("prompt", 3);
    expect(sent.map(({ text, when }) => [text, when ?? "queue"])).toEqual([["after", "queue"], ["into", "steer"], ["into too", "steer"]]);
  });

  test("there is nothing to steer while no turn runs", async () => {
    await write(stage, "Why?", { key: "Enter", altKey: true });
    expect((await stage.got("prompt"))[0]).not.toHaveProperty("when");
    type(field(), "And?");
    await pause(30);
    expect(stage.all("steer")).toEqual([]);
  });

  test("Escape stops Claude when it is pressed twice, and loses nothing of what is written", async () => {
    await stage.show(running, started);
    await stage.shows("stop");
    type(field(), "half a thought");
    key(field(), "Escape");
    await stage.shows("hint", "Escape again stops");
    expect(stage.sent("interrupt")).toEqual([]);
    key(field(), "Escape");
    await stage.got("interrupt");
    expect(field().value).toBe("half a thought");
  });
});

describe("arrow up", () => {
  const turn = (id: string, text: string): ShortFrame => ({ ...started, turn: id, origin: { kind: "prompt", prompt: `p-${id}` }, text }) as ShortFrame;

  test("brings back what was asked, newest first, and arrow down what was not sent", async () => {
    await stage.show(turn("t1", "first"), turn("t2", "second\nline"));
    await vi.waitFor(() => expect(stage.all("prompt")).toHaveLength(2));
    type(field(), "unsent");
    field().setSelectionRange(3, 3);
    key(field(), "ArrowUp");
    await holds("second\nline");
    expect(field().selectionStart).toBe("second".length);
    key(field(), "ArrowUp");
    await holds("first");
    key(field(), "ArrowUp");
    await pause(20);
    expect(field().value).toBe("first");
    key(field(), "ArrowDown");
    await holds("second\nline");
    key(field(), "ArrowDown");
    await holds("unsent");
  });

  test("inside of what is written only moves the caret", async () => {
    await stage.show(turn("t1", "first"));
    await stage.shows("prompt", "first");
    type(field(), "two\nlines");
    field().setSelectionRange(6, 6);
    key(field(), "ArrowUp");
    await pause(20);
    expect(field().value).toBe("two\nlines");
  });
});

describe("a draft", () => {
  test("comes back after a reload, and is gone once it was sent", async () => {
    await stage.wire.connection(0);
    await stage.shows("panel");
    await vi.waitFor(() => expect(stage.one("panel").dataset["link"]).toBe("open"));
    type(field(), "half a thought");
    stage.reload();
    await holds("half a thought");
    await write(stage, "whole");
    await stage.got("prompt");
    stage.reload();
    await stage.wire.connection(2);
    await pause(50);
    expect(field().value).toBe("");
  });

  test("is what was sent without a connection, after a reload without one", async () => {
    const { peer } = await stage.wire.connection(0);
    await vi.waitFor(() => expect(stage.one("panel").dataset["link"]).toBe("open"));
    stage.wire.onOpen = () => {};
    peer.terminate();
    await stage.wire.connection(1);
    await write(stage, "Why?");
    await stage.shows("outgoing", "Why?");
    stage.wire.onOpen = (seen) => welcome(seen.peer);
    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: false }));
    stage.reload();
    await holds("Why?");
    expect(stage.sent("prompt")).toEqual([]);
  });

  test("that is longer than the browser should keep stays in the field, not in the store", async () => {
    await vi.waitFor(() => expect(stage.one("panel").dataset["link"]).toBe("open"));
    type(field(), "x".repeat(100_001));
    await pause(300);
    expect(Object.keys(localStorage).filter((name) => name.startsWith("jcw:draft:"))).toEqual([]);
    expect(field().value).toHaveLength(100_001);
  });

  test("drives out the oldest when there are too many", async () => {
    for (let index = 0; index < 30; index++) {
      localStorage.setItem(`jcw:draft:old-${index}`, JSON.stringify({ text: "old", at: 1000 + index }));
    }
    await vi.waitFor(() => expect(stage.one("panel").dataset["link"]).toBe("open"));
    type(field(), "new");
    await vi.waitFor(() => expect(localStorage.getItem("jcw:draft:s")).toContain("new"));
    expect(localStorage.getItem("jcw:draft:old-0")).toBeNull();
    expect(localStorage.getItem("jcw:draft:old-1")).not.toBeNull();
  });

  test("is written and sent where the browser refuses to keep anything", async () => {
    const refuse = () => {
      throw new DOMException("no", "SecurityError");
    };
    const spies = (["getItem", "setItem", "removeItem"] as const).map((name) => vi.spyOn(Storage.prototype, name).mockImplementation(refuse));
    stage.reload();
    await write(stage, "Why?");
    expect((await stage.got("prompt"))[0]).toMatchObject({ text: "Why?" });
    for (const spy of spies) {
      spy.mockRestore();
    }
  });
});

test("what is too large for one message is not sent, and stays", async () => {
  await write(stage, "ä".repeat(600_000));
  await stage.shows("problems", "too large");
  expect(field().value).toHaveLength(600_000);
  expect(stage.sent("prompt")).toEqual([]);
});
