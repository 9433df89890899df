import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ended, of, type ShortFrame, started } from "./fold";
import { pause, Stage, write } from "./stage";

const WHERE = "GET sessions/s/transcript";
const SETTLED = 600; // milliseconds; longer than the panel waits for a replay to be over

function turn(id: string, prompt: string): ShortFrame[] {
  return [of(id, { ...started, origin: { kind: "prompt", prompt } } as ShortFrame), of(id, ended)];
}

describe("the panel has its page keep the transcript", () => {
  const stage = new Stage();
  let kept: unknown[];

  function host(event: Event): void {
    event.preventDefault();
    if (event instanceof CustomEvent && event.detail !== null) {
      kept.push(event.detail);
    }
  }

  /** How often the server was asked for it. */
  const asked = () => stage.wire.asked.filter(({ what }) => what === WHERE).length;

  beforeEach(() => {
    kept = [];
    stage.element.addEventListener("jcw:transcript", host);
    stage.wire.rest.set(WHERE, () => [200, { data: { version: 1 }, markdown: "said" }]);
  });

  afterEach(() => vi.restoreAllMocks());

  test("once after each finished turn, and not before", async () => {
    await stage.show(...turn("t1", "p1"));
    await vi.waitFor(() => expect(kept).toEqual([{ session: "s", data: { version: 1 }, markdown: "said" }]), 5000);
    await stage.show(of("t2", started), of("t2", { type: "text", message: "m", block: 0, text: "so far" }));
    await pause(SETTLED);
    expect(kept).toHaveLength(1);
    await stage.show(of("t2", ended));
    await vi.waitFor(() => expect(kept).toHaveLength(2), 5000);
    await pause(SETTLED);
    expect([kept.length, asked()]).toEqual([2, 2]);
  });

  test("once for a replay of many turns", async () => {
    await stage.show(...["t1", "t2", "t3"].flatMap((id) => turn(id, id)));
    await vi.waitFor(() => expect(kept).toHaveLength(1), 5000);
    await pause(SETTLED);
    expect(asked()).toBe(1);
  });

  test("but asks the server for nothing where the page keeps nothing", async () => {
    stage.element.removeEventListener("jcw:transcript", host);
    await stage.show(...turn("t1", "p1"));
    await pause(SETTLED);
    expect(asked()).toBe(0);
  });

  test("and writes nothing where the server has nothing to keep", async () => {
    stage.wire.rest.set(WHERE, () => [200, { data: null, markdown: null }]);
    await stage.show(...turn("t1", "p1"));
    await vi.waitFor(() => expect(asked()).toBe(1), 5000);
    await pause(SETTLED);
    expect(kept).toEqual([]);
  });

  test("and tries again after a failure", async () => {
    stage.wire.rest.set(WHERE, () => [503, { code: "busy", message: "Busy.", remedy: "" }]);
    await stage.show(...turn("t1", "p1"));
    await vi.waitFor(() => expect(asked()).toBe(1), 5000);
    await pause(50);
    stage.wire.rest.set(WHERE, () => [200, { data: {}, markdown: "said" }]);
    await stage.show({ type: "state", state: "ready", why: "" });
    await vi.waitFor(() => expect(kept).toHaveLength(1), 5000);
  });

  test("of a tab that nobody looks at, only for prompts that were sent there", async () => {
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    await stage.show(...turn("t1", "sent-elsewhere"));
    await pause(SETTLED + 300);
    expect(asked()).toBe(0);

    await write(stage, "Hello");
    const [prompt] = await stage.got("prompt");
    await stage.show(...turn("t2", prompt?.prompt ?? ""));
    await vi.waitFor(() => expect(kept).toHaveLength(1), 5000);

    await stage.show(...turn("t3", "sent-elsewhere-too"));
    await pause(SETTLED + 300);
    expect(kept).toHaveLength(1);
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.waitFor(() => expect(kept).toHaveLength(2), 5000);
  });
});
