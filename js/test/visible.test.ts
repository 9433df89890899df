import { describe, expect, test } from "vitest";
import { segments } from "../src/view/visible";

const marks = (text: string) => segments(text).flatMap((part) => part.mark ?? []);

describe("a character that would hide, reorder or fake text", () => {
  test.each([
    ["a right-to-left override", "\u202e", "\\u202e"],
    ["an isolate", "\u2066", "\\u2066"],
    ["a zero-width space", "\u200b", "\\u200b"],
    ["a zero-width joiner", "\u200d", "\\u200d"],
    ["a byte order mark", "\ufeff", "\\ufeff"],
    ["a soft hyphen", "\u00ad", "\\u00ad"],
    ["a tag letter", "\u{e0041}", "\\u{e0041}"],
    ["a variation selector", "\ufe0f", "\\ufe0f"],
    ["a variation selector of the second plane", "\u{e0100}", "\\u{e0100}"],
    ["a Hangul filler", "\u3164", "\\u3164"],
    ["an escape", "\u001b", "\\e"],
    ["a carriage return", "\r", "\\r"],
    ["a tab", "\t", "\\t"],
    ["a C1 control", "\u0085", "\\u0085"],
    ["a line separator", "\u2028", "\\u2028"],
    ["a no-break space", "\u00a0", "\\u00a0"],
    ["an em space", "\u2003", "\\u2003"],
    ["a private character", "\ue000", "\\ue000"],
    ["half a surrogate pair", "\ud83d", "\\ud83d"],
  ])("%s is marked", (_what, character, mark) => {
    expect(segments(`a${character}b`)).toEqual([{ text: "a" }, { text: character, mark }, { text: "b" }]);
  });
});

test("what shows itself is left alone: letters of any script, signs, spaces, lines", () => {
  const text = "grep -rn 'naïve' .\n日本語 العربية Ελληνικά 🐧 ½ → é";
  expect(segments(text)).toEqual([{ text }]);
});

test("nothing of the text is lost or reordered", () => {
  const text = "\u202erm\u200b -rf\t/ \u{e0041}x\r";
  expect(segments(text).map((part) => part.text).join("")).toBe(text);
  expect(marks(text)).toHaveLength(5);
});

test("empty text has no parts", () => {
  expect(segments("")).toEqual([]);
});
