// @vitest-environment jsdom
import { afterEach, describe, expect, test, vi } from "vitest";
import { drawExcerpt } from "../src/lab/drawn";
import { readExcerpt } from "../src/lab/excerpt";
import { goldens } from "./golden";
import "./layout";

const KEPT = ["turn_started", "steered", "tool_started", "tool_finished", "question", "question_settled", "turn_ended"];

function golden(name: string): Record<string, unknown> {
  return { ...goldens("down").find((each) => each.name === name)?.frame };
}

/** Golden frames as the server writes them into a notebook. */
function keptFrames(): Record<string, unknown>[] {
  return KEPT.map((name) => {
    const { seq: _seq, nonce: _nonce, ...frame } = golden(name);
    return { turn: "t-1", ...frame };
  });
}

function data(frames: unknown, more: object = {}): unknown {
  return { version: 1, kernel: "k", session: "s", title: "Penguins", left_out: 0, frames, ...more };
}

const JUNK: unknown[] = [null, 0, -1, "", "text", true, [], {}, [[]], [null], { kind: "image" }, { kind: {} }, { toString: 1 }, "javascript:alert(1)"];

describe("what a notebook kept", () => {
  test("is read as it was written", () => {
    const excerpt = readExcerpt(data(keptFrames()));

    expect(excerpt.frames.map((frame) => frame.type)).toEqual(KEPT);
    const read = (name: string) => excerpt.frames[KEPT.indexOf(name)];
    expect(read("turn_started")).toMatchObject(only(golden("turn_started"), "origin", "text", "attachments"));
    expect(read("tool_started")).toMatchObject(only(golden("tool_started"), "tool", "name", "input"));
    expect(read("tool_finished")).toMatchObject(only(golden("tool_finished"), "tool", "outcome", "content", "omitted"));
    expect(read("question_settled")).toMatchObject(only(golden("question_settled"), "question", "decision", "message"));
    expect(excerpt).toMatchObject({ kernel: "k", session: "s", title: "Penguins", leftOut: 0, readable: true });
  });

  test("of another version is not read", () => {
    expect(readExcerpt(data(keptFrames(), { version: 2 }))).toMatchObject({ readable: false, frames: [] });
  });

  test("holds nothing that is not of the form", () => {
    for (const junk of JUNK) {
      expect(readExcerpt(junk)).toMatchObject({ session: "", title: "", leftOut: 0, frames: [] });
      expect(readExcerpt(data([junk])).frames).toEqual([]);
    }
    const attachments = [{ content: { kind: "image", media_type: "image/svg+xml", data: "<x>" } }];
    const [started] = readExcerpt(data([{ type: "turn_started", turn: "t", text: {}, origin: 3, attachments }])).frames;
    expect(started).toMatchObject({
      text: "",
      origin: { kind: "other" },
      attachments: [{ name: "", content: { kind: "image", media_type: "image/png", data: "x" } }],
    });
  });
});

describe("drawn", () => {
  afterEach(() => document.body.replaceChildren());

  test("it shows prompts and replies, and offers nothing where there is no server", async () => {
    const frames = [...keptFrames(), { type: "message", turn: "t-1", message: "m", block: 0, kind: "text", text: "The answer." }];
    const element = await drawn(data(frames, { left_out: 2 }));

    expect(element.textContent).toContain(golden("turn_started")["text"]);
    expect(element.textContent).toContain("The answer.");
    expect(element.querySelector("[data-jcw=left-out]")?.textContent).toContain("2 earlier turns");
    expect(element.querySelector("[data-jcw=continue]")).toBeNull();
    expect(element.querySelector("[data-jcw=panel]")).toBeNull();
  });

  test("junk in any place neither throws nor makes anything that could act", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    for (const junk of JUNK) {
      const frames = keptFrames().flatMap((frame) => Object.keys(frame).map((key) => ({ ...frame, [key]: junk })));
      const element = await drawn(data(frames));

      expect(element.querySelectorAll("[data-jcw=turn]").length).toBeGreaterThan(0);
      expect(element.querySelectorAll("script, iframe, img[src^=http], [onclick]")).toHaveLength(0);
    }
    expect(errors).not.toHaveBeenCalled();
  });
});

async function drawn(from: unknown): Promise<HTMLElement> {
  const element = document.body.appendChild(document.createElement("div"));
  drawExcerpt(element, readExcerpt(from), "a.ipynb", () => {});
  await vi.waitFor(() => expect(element.childElementCount).toBe(1));
  return element;
}

function only(frame: Record<string, unknown>, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, frame[key]]));
}
