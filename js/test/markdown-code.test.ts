import "./layout";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMarkdown } from "../src/view/markdown/index";

// Each of these draws hundreds of times in jsdom, which a busy machine makes long.
vi.setConfig({ testTimeout: 120_000 });

let el: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers();
  el = document.createElement("div");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const frame = () => vi.advanceTimersToNextFrame();
const slabs = () => [...el.querySelectorAll(".jcw-md-slab")];
const code = () => el.querySelector("pre code")?.textContent;

function lines(count: number, line = (i: number) => `x${i} = ${i}`): string {
  return Array.from({ length: count }, (_, i) => `${line(i)}\n`).join("");
}

function show(text: string): void {
  createMarkdown(el, { streaming: false }).replace(text);
  for (let i = 0; i < 5; i++) frame();
}

test.each([
  ["python", "def f():\n    return 1", "hljs-keyword"],
  ["py", "import os", "hljs-keyword"],
  ["r", "f <- function(x) NULL", "hljs-keyword"],
  ["julia", "function f(x) end", "hljs-keyword"],
  ["bash", "if true; then echo hi; fi", "hljs-keyword"],
  ["sh", "export A=1", "hljs-built_in"],
  ["sql", "SELECT 1 FROM t", "hljs-keyword"],
  ["javascript", "const a = 1;", "hljs-keyword"],
  ["typescript", "interface A { b: string }", "hljs-keyword"],
  ["json", '{"a": 1}', "hljs-attr"],
  ["yaml", "a: 1", "hljs-attr"],
  ["markdown", "# title", "hljs-section"],
  ["xml", "<a b='c'/>", "hljs-tag"],
  ["html", "<p>text</p>", "hljs-tag"],
  ["diff", "+added\n-gone", "hljs-addition"],
  ["c", "int main(void) { return 0; }", "hljs-type"],
  ["cpp", "class A {};", "hljs-keyword"],
  ["latex", "\\frac{a}{b}", "hljs-keyword"],
  ["ini", "[section]\na = 1", "hljs-section"],
  ["toml", "[section]\na = 1", "hljs-section"],
  ["css", "a { color: red }", "hljs-attribute"],
  ["dockerfile", "FROM x", "hljs-keyword"],
  ["go", "func f() {}", "hljs-keyword"],
  ["java", "class A {}", "hljs-keyword"],
  ["rust", "fn f() {}", "hljs-keyword"],
  ["makefile", "a: b\n\techo", "hljs-section"],
  ["pycon", ">>> import os", "hljs-keyword"],
  ["scala", "object A", "hljs-keyword"],
  ["Ruby", "def f; end", "hljs-keyword"],
  ["c#", "class A {}", "hljs-keyword"],
])("%s is coloured", (language, source, kind) => {
  show(`\`\`\`${language}\n${source}\n\`\`\`\n`);
  expect(el.querySelector(`.jcw-md-slab .${kind}`)).not.toBeNull();
  expect(code()).toBe(`${source}\n`);
  expect(el.querySelector(".jcw-md-code-language")?.textContent).toBe(language);
});

test.each([
  ["", "", ""],
  ["nonsense", "nonsense", "language-nonsense"],
  ["{r echo=FALSE}", "r", "language-r"],
  ["Python title=x", "Python", "language-python"],
  ['"><img/src=x>', "img", "language-img"],
])("the header names the language of %j", (info, name, className) => {
  show(`\`\`\`${info}\n<b>&amp;\n\`\`\`\n`);
  expect(el.querySelector(".jcw-md-code-language")?.textContent).toBe(name);
  expect(el.querySelector("pre code")?.className.replace(/^hljs ?/, "")).toBe(className);
  expect(code()).toBe("<b>&amp;\n");
});

test("all of a long code is shown, with its indentation", () => {
  const text = lines(120, (i) => `${" ".repeat(i % 7)}x${i} = ${i}  `);
  show(`\`\`\`python\n${text}\`\`\`\n`);
  expect(code()).toBe(text);
});

test("an open fence grows by slabs of 32 lines, and finished ones are left alone", () => {
  const view = createMarkdown(el);
  view.append(`\`\`\`python\n${lines(40)}`);
  frame();
  const first = slabs()[0];
  expect(slabs().map((slab) => slab.textContent?.split("\n").length)).toEqual([33, 8]);
  expect(first?.querySelector(".hljs-number")).not.toBeNull();
  expect(slabs()[1]?.querySelectorAll(".hljs-number").length).toBeGreaterThan(0);

  const content = [...(first?.childNodes ?? [])];
  const changes = new MutationObserver(() => {});
  changes.observe(first as Element, { childList: true, subtree: true, characterData: true });
  view.append(`y = 1\n\`\`\`\n\nAfter.\n`);
  frame();
  view.finish();
  expect(changes.takeRecords()).toEqual([]);
  expect([...(first?.childNodes ?? [])]).toEqual(content);
  expect(slabs()[0]).toBe(first);
  expect(slabs()[1]?.querySelector(".hljs-number")).not.toBeNull();
  expect(code()).toBe(`${lines(40)}y = 1\n`);
});

test("each line has its colours as soon as it is complete, and the text stays what was written", () => {
  const view = createMarkdown(el);
  for (const [piece, numbers] of [["x = 1", 0], ["\ny", 1], [" = 2\nz = ", 2], ["3\na", 3]] as const) {
    view.append(numbers === 0 ? `\`\`\`python\n${piece}` : piece);
    frame();
    expect(el.querySelectorAll(".hljs-number"), piece).toHaveLength(numbers);
  }
  expect(code()).toBe("x = 1\ny = 2\nz = 3\na");
  view.replace("```python\nx = 1\ny = 5\nz");
  frame();
  expect(code()).toBe("x = 1\ny = 5\nz");
});

test("what somebody selects in code that is being written stays selected", () => {
  document.body.append(el);
  const view = createMarkdown(el);
  view.append("```python\nx = 1\nye");
  frame();
  document.getSelection()?.selectAllChildren(slabs()[0] as Element);
  view.append("s = 2\nz = 3\n");
  frame();
  expect(document.getSelection()?.toString()).toContain("x = 1");
  document.getSelection()?.removeAllRanges();
  view.append("a = 4\nb");
  frame();
  expect(el.querySelectorAll(".hljs-number")).toHaveLength(4);
  el.remove();
});

test("a slab does not end within a string, so that what follows is not coloured inside out", () => {
  const text = `${lines(30)}s = """\n${lines(20, (i) => `word ${i}`)}"""\n${lines(60)}`;
  show(`\`\`\`python\n${text}\`\`\`\n`);
  expect(slabs().length).toBeGreaterThan(1);
  const strings = [...el.querySelectorAll(".hljs-string")];
  expect(strings.map((string) => string.textContent?.slice(0, 6))).toEqual(['"""\nwo']);
  expect(code()).toBe(text);
});

test("a string that never ends does not keep the slabs from ending", () => {
  show(`\`\`\`python\ns = """\n${lines(299)}\`\`\`\n`);
  expect(slabs().map((slab) => (slab.textContent?.split("\n").length ?? 0) - 1)).toEqual([256, 32, 12]);
});

test("one enormous line stays plain", () => {
  const view = createMarkdown(el);
  const line = JSON.stringify(Array.from({ length: 6000 }, (_, i) => i));
  view.append(`\`\`\`json\n${line}\n\`\`\`\n`);
  view.finish();
  for (let i = 0; i < 20; i++) frame();
  expect(code()).toBe(`${line}\n`);
  expect(slabs()[0]?.children).toHaveLength(0);
});

test("a line that may become the closing fence is held back", () => {
  const view = createMarkdown(el);
  view.append("```py\nx = 1\n``");
  frame();
  expect(code()).toBe("x = 1");
  view.append("` is no fence\n```\n");
  view.finish();
  expect(code()).toBe("x = 1\n``` is no fence\n");
});

test("code within a growing list keeps its finished slabs and its button", () => {
  const view = createMarkdown(el);
  view.append(`1. item\n\n   \`\`\`python\n${lines(40, (i) => `   x${i} = ${i}`)}`);
  frame();
  const [first, button] = [slabs()[0], el.querySelector("button")];
  view.append("   z = 1\n   ```\n\n   and *more*\n2. next\n");
  frame();
  view.finish();
  expect(slabs()[0]).toBe(first);
  expect(el.querySelector("button")).toBe(button);
  expect(code()).toBe(`${lines(40)}z = 1\n`);
  expect(el.querySelectorAll("ol > li")).toHaveLength(2);
});

test("the copy button copies the source and says so for a while", async () => {
  const copied: string[] = [];
  vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => void copied.push(text) } });
  show(`\`\`\`python\n${lines(70)}\`\`\`\n`);
  const button = el.querySelector("[data-jcw=code-copy]") as HTMLButtonElement;
  expect([button.type, button.textContent, button.getAttribute("aria-label")]).toEqual(["button", "Copy", "Copy code"]);
  button.click();
  await vi.advanceTimersByTimeAsync(10);
  expect(copied).toEqual([lines(70)]);
  expect([button.textContent, button.getAttribute("aria-label")]).toEqual(["Copied", "Code copied"]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(button.textContent).toBe("Copy");
});

describe("the header", () => {
  test("wraps long lines and says whether it does", () => {
    show("```python\nx = 1\n```\n");
    const button = el.querySelector("[data-jcw=code-wrap]") as HTMLButtonElement;
    expect(button.getAttribute("aria-pressed")).toBe("false");
    button.click();
    expect(button.getAttribute("aria-pressed")).toBe("true");
    expect(el.querySelector(".jcw-md-code")?.classList.contains("jcw-md-wrap")).toBe(true);
    button.click();
    expect(button.getAttribute("aria-pressed")).toBe("false");
  });

  test("offers a cell below only where the page around can insert one", async () => {
    show("```r\nx <- 1\n```\n");
    const insert = () => el.querySelector("[data-jcw=code-insert]") as HTMLButtonElement;
    expect(insert().hidden).toBe(true);
    const asked: unknown[] = [];
    el.addEventListener("jcw:insert-cell", (event) => {
      asked.push((event as CustomEvent).detail);
      event.preventDefault();
    });
    show("```r\nx <- 1\n\ny\n```\n");
    expect(insert().hidden).toBe(false);
    insert().click();
    await vi.advanceTimersByTimeAsync(10);
    expect(asked.at(-1)).toEqual({ code: "x <- 1\n\ny", language: "r" });
    expect(insert().textContent).toBe("Inserted");
  });

  test.each(["text", "diff"])("offers no cell for a block of %s, which nobody runs", (language) => {
    el.addEventListener("jcw:insert-cell", (event) => event.preventDefault());
    show(`\`\`\`${language}\n1 + 1\n\`\`\`\n`);
    expect((el.querySelector("[data-jcw=code-insert]") as HTMLButtonElement).hidden).toBe(true);
  });
});

describe("long code", () => {
  const folds = () => el.querySelector("[data-jcw=code-fold]") as HTMLButtonElement | null;
  const isFolded = () => el.querySelector(".jcw-md-code")?.classList.contains("jcw-md-folded");

  test("that comes as a whole folds, and unfolds for good", () => {
    const text = `\`\`\`python\n${lines(41)}\`\`\`\n`;
    show(text);
    expect([isFolded(), folds()?.textContent, folds()?.getAttribute("aria-expanded")]).toEqual([true, "Show all 41 lines", "false"]);
    folds()?.click();
    expect([isFolded(), folds()?.textContent, folds()?.getAttribute("aria-expanded")]).toEqual([false, "Show less", "true"]);
    el = document.createElement("div");
    show(text);
    expect(isFolded()).toBe(false);
    folds()?.click();
    expect(isFolded()).toBe(true);
  });

  test("that somebody watches being written does not fold by itself", () => {
    const view = createMarkdown(el);
    for (let i = 0; i < 50; i++) {
      view.append(i === 0 ? "```python\n" : `y${i} = 0\n`);
      frame();
      expect(isFolded()).toBe(false);
    }
    expect(folds()).toBeNull();
    view.append("```\n");
    view.finish();
    expect([isFolded(), folds()?.textContent]).toEqual([false, "Show less"]);
    folds()?.click();
    expect(isFolded()).toBe(true);
  });

  test("of thirty lines does not fold", () => {
    show(`\`\`\`python\n${lines(30)}\`\`\`\n`);
    expect([isFolded(), folds()]).toEqual([false, null]);
  });
});
