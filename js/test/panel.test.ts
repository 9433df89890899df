import "./layout";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientFrame } from "../src/protocol/frames.gen";
import { Rest } from "../src/rest";
import { Channel } from "../src/socket/channel";
import { mountPanel } from "../src/view/mount";
import { numbered, permission, type ShortFrame, started, toolStarted, whole } from "./fold";
import { send, Wire, welcome } from "./wire";

const ARMED_MS = 320;

let wire: Wire;
let element: HTMLElement;
let dispose: () => void;

beforeEach(async () => {
  wire = new Wire();
  const rest = new Rest({ base: await wire.listen(), token: "" });
  element = document.body.appendChild(document.createElement("div"));
  const options = { rest, open: async () => "s", delay: () => 5 };
  dispose = mountPanel(element, { connect: (events) => new Channel(options, events) });
});

afterEach(async () => {
  dispose();
  element.remove();
  await wire.close();
});

const all = (hook: string) => [...element.querySelectorAll<HTMLElement>(`[data-jcw="${hook}"]`)];
const one = (hook: string) => all(hook)[0] as HTMLElement;
const shows = (hook: string, words = "") => vi.waitFor(() => expect(one(hook)?.textContent).toContain(words), 5000);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function show(...frames: ShortFrame[]): Promise<void> {
  const { peer } = await wire.connection(0);
  send(peer, ...numbered(frames));
}

/** The frames of a kind that the server got, over all connections. */
function got(type: ClientFrame["type"]): ClientFrame[] {
  return wire.connections.flatMap((seen) => seen.got).filter((frame) => frame.type === type);
}

const arrived = (type: ClientFrame["type"]) =>
  vi.waitFor(() => {
    expect(got(type)).toHaveLength(1);
    return got(type)[0];
  });

async function write(text: string, key: KeyboardEventInit = { key: "Enter" }): Promise<void> {
  const area = one("composer") as HTMLTextAreaElement;
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.waitFor(() => expect((one("send") as HTMLButtonElement).disabled).toBe(false));
  area.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true }));
}

describe("the panel", () => {
  test("keeps the notebook's shortcuts away from what is typed in it", () => {
    expect(one("panel").dataset["lmSuppressShortcuts"]).toBe("true");
  });

  test("shows a turn: what was asked, the reply as markdown, the tool as one line", async () => {
    await show(started, toolStarted("a"), whole("It is **fine**."));
    await shows("reply", "It is fine.");
    expect(one("reply").querySelector("strong")?.textContent).toBe("fine");
    expect(one("prompt").textContent).toBe("Hello");
    expect(one("tool").textContent).toContain("ls");
  });

  test("never takes text from outside for markup", async () => {
    const evil = "<img src=x onerror=alert(1)><b>hi</b>";
    const finished = { type: "tool_finished", tool: "a", outcome: "done", content: [{ kind: "text", text: evil }], omitted: 0 } as ShortFrame;
    await show({ ...started, text: evil } as ShortFrame, whole(evil), { ...toolStarted("a"), input: { command: evil } } as ShortFrame, finished);
    await shows("tool");
    one("tool").querySelector("button")?.click();
    await vi.waitFor(() => expect(one("tool").querySelectorAll("pre")).toHaveLength(2));
    expect(element.querySelectorAll("img, b")).toHaveLength(0);
    expect(one("prompt").textContent).toBe(evil);
  });

  test("says in words what is going on, without reading the reply aloud", async () => {
    await show({ type: "state", state: "running", why: "" }, started, whole("secret"));
    await shows("reply", "secret");
    await vi.waitFor(() => expect(element.querySelector("[role=status]")?.textContent).toBe("Claude is working."));
    expect(element.querySelector("[role=log]")?.getAttribute("aria-live")).toBe("off");
  });

  test("leaves nothing behind when it is taken away", async () => {
    const { peer } = await wire.connection(0);
    const closed = new Promise((resolve) => peer.once("close", resolve));
    dispose();
    expect(element.childNodes).toHaveLength(0);
    await closed;
  });
});

describe("a prompt", () => {
  test("is sent with Enter, stands in the conversation at once, and empties the composer", async () => {
    await shows("composer");
    await wire.connection(0);
    await write("  Why?\nAnd how?  ");
    expect(await arrived("prompt")).toMatchObject({ text: "Why?\nAnd how?", prompt: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(one("outgoing").textContent).toContain("Why?");
    expect((one("composer") as HTMLTextAreaElement).value).toBe("");
  });

  test.each([
    ["Shift+Enter", { key: "Enter", shiftKey: true }],
    ["Enter while a character is being composed", { key: "Enter", isComposing: true }],
  ])("is not sent with %s", async (_what, key) => {
    await write("Why?", key);
    await pause(30);
    expect(got("prompt")).toEqual([]);
  });

  test("that was written while there was no connection is sent once there is one again, and once only", async () => {
    const { peer } = await wire.connection(0);
    wire.onOpen = () => {};
    peer.terminate();
    const { peer: next } = await wire.connection(1);
    await write("Why?");
    expect(got("prompt")).toEqual([]);
    welcome(next);
    await arrived("prompt");
    await pause(30);
    expect(got("prompt")).toHaveLength(1);
  });

  test("that the server had already got is not sent again after a reconnect", async () => {
    await wire.connection(0);
    await write("Why?");
    const prompt = (await arrived("prompt")) as { prompt: string };
    const turn = { ...started, origin: { kind: "prompt", prompt: prompt.prompt } } as ShortFrame;
    wire.onOpen = ({ peer }) => {
      welcome(peer, 1);
      send(peer, ...numbered([turn]));
    };
    wire.connections[0]?.peer.terminate();
    await shows("turn", "Hello");
    await pause(30);
    expect(got("prompt")).toHaveLength(1);
    expect(all("outgoing")).toEqual([]);
  });

  test("that was refused says why and can be sent again under a new name", async () => {
    const { peer } = await wire.connection(0);
    await write("Why?");
    const first = (await arrived("prompt")) as { id: string; prompt: string };
    send(peer, { type: "error", reply_to: first.id, problem: { code: "rate_limited", text: "Too many.", remedy: "Wait." } });
    await shows("outgoing", "Too many.");
    one("send-again").click();
    await vi.waitFor(() => expect(got("prompt")).toHaveLength(2));
    expect(got("prompt")[1]).toMatchObject({ text: "Why?", prompt: expect.not.stringMatching(first.prompt) });
  });

  test("that was kept by a failed turn can be sent again, never by itself", async () => {
    const problem = { code: "authentication", text: "The key was refused.", remedy: "Set another." };
    await show(started, { type: "turn_ended", why: "failed", prompt_kept: true, problem });
    await shows("ending", "The key was refused.");
    expect(got("prompt")).toEqual([]);
    one("send-again").click();
    expect(await arrived("prompt")).toMatchObject({ text: "Hello" });
  });

  test("that waits can be taken back", async () => {
    await show({ type: "queue", prompts: [{ prompt: "p7", text: "later", attachments: [] }] });
    await shows("queue", "later");
    one("unqueue").click();
    expect(await arrived("unqueue")).toMatchObject({ prompt: "p7" });
  });
});

test("Stop is there while Claude works, and interrupts", async () => {
  expect(all("stop")).toEqual([]);
  await show({ type: "state", state: "running", why: "" }, started);
  await shows("stop");
  one("stop").click();
  await arrived("interrupt");
});

describe("a permission question", () => {
  const rule = { tool: "Bash", pattern: "ls:*" };
  const ask = { kind: "permission", name: "Bash", input: { command: "ls\u202e /" }, title: "Run it", reason: "", rules: [rule] } as const;
  const question: ShortFrame = { type: "question", question: "q1", nonce: "once", ask: { ...ask, rules: [rule] } };

  test("shows the whole command with hidden characters as marks", async () => {
    await show(question);
    await shows("question", "ls\\u202e /");
  });

  test("takes no click in its first moment", async () => {
    await show(question);
    await shows("question");
    one("allow").click();
    await pause(30);
    expect(got("answer")).toEqual([]);
    await pause(ARMED_MS);
    one("allow").click();
    expect(await arrived("answer")).toMatchObject({ question: "q1", nonce: "once", decision: "allow" });
  });

  test("can be allowed for the session by the rule that is shown", async () => {
    await show(question);
    await shows("allow-session", "Bash(ls:*)");
    await pause(ARMED_MS);
    one("allow-session").click();
    expect(await arrived("answer")).toMatchObject({ decision: "allow_session", rule });
  });

  test("offers nothing for the session where the server offers no rule", async () => {
    await show(permission("q1"));
    await shows("question");
    expect(all("allow-session")).toEqual([]);
  });

  test("can be denied with words", async () => {
    await show(question);
    await shows("question");
    const words = one("words") as HTMLInputElement;
    words.value = "use git";
    words.dispatchEvent(new Event("input", { bubbles: true }));
    await shows("deny", "words");
    await pause(ARMED_MS);
    one("deny").click();
    expect(await arrived("answer")).toMatchObject({ decision: "deny", message: "use git" });
  });

  test("that moves because another was answered takes no click in that moment", async () => {
    await show(permission("q1"), permission("q2"));
    await vi.waitFor(() => expect(all("question")).toHaveLength(2));
    await pause(ARMED_MS);
    const { peer } = await wire.connection(0);
    send(peer, { type: "question_settled", seq: 3, at: 1, question: "q1", decision: "allow", message: "" });
    await vi.waitFor(() => expect(all("question")).toHaveLength(1));
    one("allow").click();
    await pause(30);
    expect(got("answer")).toEqual([]);
  });

  test("can be answered once: the buttons are off until the server has spoken", async () => {
    await show(question);
    await shows("question");
    await pause(ARMED_MS);
    one("allow").click();
    await arrived("answer");
    await vi.waitFor(() => expect((one("deny") as HTMLButtonElement).disabled).toBe(true));
  });
});

describe("other questions", () => {
  test("a choice is answered with the labels in their order, and words of one's own", async () => {
    const options = ["red", "green", "blue"].map((label) => ({ label, description: "" }));
    const items = [
      { question: "Which colours?", header: "", options, multi_select: true },
      { question: "Which size?", header: "", options: [{ label: "small", description: "" }], multi_select: false },
    ];
    await show({ type: "question", question: "q1", nonce: "n", ask: { kind: "choice", items } });
    await shows("question");
    await pause(ARMED_MS);
    const boxes = [...one("question").querySelectorAll<HTMLInputElement>("[type=checkbox]")];
    boxes[2]?.click();
    await vi.waitFor(() => expect(boxes[2]?.checked).toBe(true));
    boxes[0]?.click();
    expect((one("allow") as HTMLButtonElement).disabled).toBe(true);
    const words = all("words")[1] as HTMLInputElement;
    words.value = "huge";
    words.dispatchEvent(new Event("input", { bubbles: true }));
    await vi.waitFor(() => expect((one("allow") as HTMLButtonElement).disabled).toBe(false));
    one("allow").click();
    expect(await arrived("answer")).toMatchObject({ decision: "allow", answers: { "Which colours?": "red, blue", "Which size?": "huge" } });
  });

  test("a plan is shown as markdown and can be sent back with words", async () => {
    await show({ type: "question", question: "q1", nonce: "n", ask: { kind: "plan", plan: "# First\n\n1. read" } });
    await vi.waitFor(() => expect(one("question").querySelector("li")?.textContent).toBe("read"));
    const words = one("words") as HTMLInputElement;
    words.value = "smaller steps";
    words.dispatchEvent(new Event("input", { bubbles: true }));
    await pause(ARMED_MS);
    one("deny").click();
    expect(await arrived("answer")).toMatchObject({ decision: "deny", message: "smaller steps" });
  });
});

describe("the weather", () => {
  test("a retry counts down and goes when the reply goes on", async () => {
    const notice = { type: "notice", code: "retrying", level: "warning", text: "Overloaded", remedy: "", attempt: 2, max_attempts: 6, retry_in_ms: 60_000, over: false };
    await show(started, { ...notice, at: Date.now() } as ShortFrame);
    await shows("notice", "Overloaded");
    expect(one("countdown").textContent).toMatch(/^next attempt in (59|60) s · attempt 2 of 6$/);
    send((await wire.connection(0)).peer, { type: "text", seq: 3, at: 1, turn: "t1", message: "m", block: 0, text: "Hi" });
    await vi.waitFor(() => expect(all("notice")).toEqual([]));
  });

  test("a failed session says why and offers to start again", async () => {
    await show({ type: "state", state: "failed", why: "", problem: { code: "claude_failed", text: "It ended thrice.", remedy: "Look." } });
    await shows("notice", "It ended thrice.");
    one("restart").click();
    await arrived("restart");
  });
});
