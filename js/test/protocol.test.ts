// @vitest-environment node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { render } from "../protocol.mjs";
import { decode, seqOf } from "../src/protocol/decode";
import { EMPTY } from "../src/state/conversation";
import { reduce } from "../src/state/reduce";
import { goldens, typesOf } from "./golden";

test("the committed types are what the schema makes", async () => {
  const committed = readFileSync(join(import.meta.dirname, "../src/protocol/frames.gen.ts"), "utf8");
  expect(committed).toBe(await render());
});

test("every frame of both directions has a golden document", () => {
  expect(goldens("up").map(({ frame }) => frame.type)).toEqual(typesOf("ClientFrame"));
  expect(goldens("down").map(({ frame }) => frame.type)).toEqual(typesOf("ServerFrame"));
});

describe("a golden server frame", () => {
  test.each(goldens("down"))("$name is decoded as a known frame, whole", ({ text, frame }) => {
    expect(decode(text)).toEqual(frame);
  });

  test.each(goldens("down"))("$name is folded into the conversation and raises its number", ({ frame }) => {
    const folded = reduce(EMPTY, frame, Date.now());
    expect(folded.seq).toBe(seqOf(frame) ?? 0);
    expect(folded.notices.map((notice) => notice.code)).not.toContain("unknown_frame");
  });
});

describe("what is no frame", () => {
  test.each([
    ["text that is not JSON", "{", "not JSON"],
    ["a list", "[]", "no type"],
    ["null", "null", "no type"],
    ["a type that is a number", '{"type": 5}', "no type"],
    ["a type nobody knows", '{"type": "hologram", "seq": 7}', "hologram"],
    ["the name of a method of every object", '{"type": "toString"}', "toString"],
  ])("%s comes back as an unknown frame", (_what, text, name) => {
    expect(decode(text)).toMatchObject({ type: "unknown", name });
  });

  test("an unknown frame is shown as a notice and moves the number on", () => {
    const folded = reduce(EMPTY, decode('{"type": "hologram", "seq": 7}'), 0);
    expect(folded.notices).toMatchObject([{ code: "unknown_frame", text: "hologram" }]);
    expect(folded.seq).toBe(7);
  });
});
