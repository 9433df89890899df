import { describe, expect, test } from "vitest";
import { hides, segments } from "../src/view/visible";

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
    ["a blank pattern of Braille", "\u2800", "\\u2800"],
    ["a cancel tag", "\u{e007f}", "\\u{e007f}"],
    ["an object replacement", "\ufffc", "\\ufffc"],
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

describe("padding, which pushes the rest out of sight, is counted", () => {
  test.each([
    ["spaces", " ".repeat(5000), "[5000 spaces]"],
    ["tabs", "\t".repeat(5000), "\\t×5000"],
    ["zero-width spaces", "\u200b".repeat(5000), "\\u200b×5000"],
    ["accents on one letter", "\u0301".repeat(50), "\\u0301…×50"],
  ])("%s", (_what, padding, mark) => {
    expect(segments(`ls${padding}; rm -rf /`)).toEqual([{ text: "ls" }, { text: padding, mark }, { text: "; rm -rf /" }]);
  });

  test("empty lines, also with spaces in them", () => {
    expect(marks(`ls${"\n".repeat(5001)}rm`)).toEqual(["[5000 empty lines]"]);
    expect(marks(`ls${"\n  ".repeat(5001)}rm`)).toEqual(["[5000 empty lines]"]);
  });

  test("and the indentation of code is left alone", () => {
    expect(marks(`if a:\n${" ".repeat(40)}b\n\n\nc`)).toEqual([]);
  });

  test("in a time that grows with the text, not with its square", () => {
    const hard = `${" ".repeat(63)}x`.repeat(4000) + "\n ".repeat(50_000) + "\u0301a".repeat(50_000);
    expect(segments(hard).map((part) => part.text).join("")).toBe(hard);
  });
});

describe("a character that passes for another one is told apart, and still shown", () => {
  test.each([
    ["a wide letter", "\uff52", "U+FF52"],
    ["a wide slash", "\uff0f", "U+FF0F"],
    ["a mathematical letter", "\u{1d42b}", "U+1D42B"],
    ["a fraction slash", "\u2044", "U+2044"],
    ["a Greek question mark", "\u037e", "U+037E"],
    ["a Cyrillic letter in a Latin word", "\u0430", "U+0430"],
    ["a Greek letter in a Latin word", "\u03bf", "U+03BF"],
  ])("%s", (_what, character, odd) => {
    expect(segments(`c${character}t`)).toEqual([{ text: "c" }, { text: character, odd }, { text: "t" }]);
    expect(hides(`c${character}t`)).toBe(true);
  });
});
