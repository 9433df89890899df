import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMarkdown } from "../src/view/markdown/index";
import { drawn, letGoOfDocuments } from "./drawing";

beforeEach(() => {
  letGoOfDocuments();
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** What is on the page while `text` is all that has come. */
function soFar(text: string): HTMLElement {
  const el = document.createElement("div");
  createMarkdown(el).append(text);
  vi.advanceTimersToNextFrame();
  return el;
}

test.each([
  ["It is **very imp", "It is <strong>very imp</strong>"],
  ["It is **very import*", "It is <strong>very import</strong>"],
  ["It is *ver", "It is <em>ver</em>"],
  ["It is **very *much", "It is <strong>very <em>much</em></strong>"],
  ["Call `np.mea", "Call <code>np.mea</code>"],
  ["Call ``a ` b", "Call <code>a ` b</code>"],
  ["It is ~~wron", "It is <del>wron</del>"],
  ["- one\n- **two", "<strong>two</strong>"],
  ["A `*` and **bol", "A <code>*</code> and <strong>bol</strong>"],
])("a mark that has no end yet looks as it is going to: %s", (text, html) => {
  expect(soFar(text).innerHTML).toContain(html);
});

test("the marks of a sentence never show while it is written, one character after the other", () => {
  const sentence = "Use **the `mean` of _all_ rows**, not ~~the~~ `rows` of [the guide](https://a.example/x_y).";
  for (let length = 1; length <= sentence.length; length++) {
    const text = soFar(sentence.slice(0, length)).textContent ?? "";
    expect(text, sentence.slice(0, length)).not.toMatch(/[*_~`(]/);
  }
});

test("the address of a link does not show while it is written", () => {
  const el = soFar("See [the guide](https://a.example/very/lo");
  expect(el.textContent?.trim()).toBe("See the guide");
  expect(el.querySelector("a")).toBeNull(); // half an address leads elsewhere
});

test("a table is one from its first row on", () => {
  for (const text of ["| day | hi", "| day | high |", "| day | high |\n", "| day | high |\n|--", "Rows:\n| day | high |\n|:--|-"]) {
    const heads = [...soFar(text).querySelectorAll("th")].map((each) => each.textContent);
    expect(heads, text).toEqual(["day", text === "| day | hi" ? "hi" : "high"]);
  }
});

test("a paragraph does not become a heading while the list behind it begins", () => {
  for (const text of ["Two things:\n-", "Two things:\n- ", "Two things:\n=", "Two things:\n1"]) {
    expect(soFar(text).innerHTML).toBe(soFar("Two things:\n").innerHTML);
  }
});

test.each([
  "2*3 and a_b_c are",
  "3 * 4 is",
  "\\*not emphas",
  "$a_i * b$ and",
  "https://a.example/_x_*y",
  "```py\nf(**kwargs",
  "- x\n\n  ```py\n  f(*args, **kwargs",
  "    f(**kwargs",
  "| a | b |\n|---|---|\n| 1 | 2",
])("what is no unfinished mark stays as it is written: %s", (text) => {
  expect(soFar(text).textContent?.trim()).toBe(drawn(text).textContent?.trim());
});

test("a lone star does not slant the rest of a long paragraph", () => {
  expect(soFar(`*args is ${"a word ".repeat(30)}`).querySelector("em")).toBeNull();
});
