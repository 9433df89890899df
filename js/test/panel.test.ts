import "./layout";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientFrame } from "../src/protocol/frames.gen";
import { Rest } from "../src/rest";
import { Channel } from "../src/socket/channel";
import { mountPanel } from "../src/view/mount";
import { numbered, type ShortFrame, started, toolStarted, whole } from "./fold";
import { send, Wire } from "./wire";

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
    await vi.waitFor(() => expect([...element.querySelectorAll("[role=status]")].map((status) => status.textContent)).toContain("Claude is working."));
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
