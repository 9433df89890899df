import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMarkdown } from "../src/view/markdown/index";
import { letGoOfDocuments } from "./drawing";

let el: HTMLElement;

beforeEach(() => {
  letGoOfDocuments();
  vi.useFakeTimers();
  el = document.createElement("div");
});

afterEach(() => {
  vi.useRealTimers();
});

const frame = () => vi.advanceTimersToNextFrame();

function show(text: string): void {
  createMarkdown(el, { streaming: false }).replace(text);
}

test.each([
  ["$a_b + c_d$ and *x*", ["$a_b + c_d$"]],
  ["\\(a*b*c\\) or \\[x_1 y_2\\]", ["\\(a*b*c\\)", "\\[x_1 y_2\\]"]],
  ["*a $b*c$ d*", ["$b*c$"]],
  ["in $$x_1$$ the midst", ["$$x_1$$"]],
  ["$$\n\\frac{a}{b} < c\n> no quote\n- no list\n$$", ["$$\n\\frac{a}{b} < c\n> no quote\n- no list\n$$"]],
  ["- item\n\n  $$\n  x_1\n  $$", ["$$\nx_1\n$$"]],
  ["costs $5 and $10, or $5-$10", []],
  ["`$a_b$` and \\$x\\$", []],
  ["$$\n\n- a list\n\n$$", []],
  ["text\n\\begin{align*}\na &= b \\\\\n c &= d\n\\end{align*}\nmore", ["\\begin{align*}\na &= b \\\\\n c &= d\n\\end{align*}"]],
  ["in a line \\begin{equation}a\\end{equation} it is text", []],
  ["```math\nx_1\n```", ["$$\nx_1\n$$"]],
  ["- item\n  ```math\n  x_1\n  ```", ["$$\nx_1\n$$"]],
])("%j is read as TeX, and typeset", (text, expected) => {
  show(text);
  const found = [...el.querySelectorAll<HTMLElement>(".jcw-math")];
  expect(found.map((math) => math.dataset["tex"])).toEqual(expected);
  for (const math of found) expect(math.querySelector("math > semantics mi, math > semantics mo")).not.toBeNull();
});

test.each([
  ["$\\frac{a}$", /argument|Expected|EOF/i],
  ["$$\n\\nonsense{x}\n$$", /\\nonsense/],
  ["```math\n\\begin{align}\n```", /\\end/],
])("%j stays as it is written, and its title says why", (text, reason) => {
  show(text);
  const math = el.querySelector<HTMLElement>(".jcw-math");
  expect(math?.textContent).toBe(math?.dataset["tex"]);
  expect(math?.title).toMatch(reason);
});

test("mathematics without its delimiter yet is shown as TeX, and typeset when that has come", () => {
  const view = createMarkdown(el);
  view.append("$$a$$\n$$\n\\frac{x}{y");
  frame();
  const [first, second] = el.querySelectorAll(".jcw-math");
  expect(first?.querySelector("math")).not.toBeNull();
  expect(second?.textContent).toBe("$$\n\\frac{x}{y\n$$");
  view.append("}\n$$\n");
  frame();
  expect(el.querySelectorAll(".jcw-math")[1]?.querySelector("mfrac")).not.toBeNull();
});

test("a fence of mathematics is shown as TeX until it is closed", () => {
  const view = createMarkdown(el);
  view.append("```math\nx_1\n");
  frame();
  expect(el.querySelector(".jcw-math")?.textContent).toBe("$$\nx_1\n$$");
  view.append("```\n");
  frame();
  expect(el.querySelector(".jcw-math msub")).not.toBeNull();
});

test("mathematics ends a paragraph, and an underline below it is a rule", () => {
  show("text\n$$x$$\n---\nend\n");
  const parts = [...el.querySelectorAll("p, div.jcw-math, hr, h2")];
  expect(parts.map((part) => part.localName)).toEqual(["p", "div", "hr", "p"]);
});

test("mathematics is shown, with an end, while it is still arriving", () => {
  const view = createMarkdown(el);
  view.append("$$\n- x_1");
  frame();
  expect(el.querySelector(".jcw-math")?.textContent).toBe("$$\n- x_1\n$$");
  expect(el.querySelector("ul")).toBeNull();
});
