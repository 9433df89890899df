import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMarkdown, type MarkdownView } from "../src/view/markdown/index";
import { letGoOfDocuments, reference, unfolded } from "./drawing";

// Each of these draws hundreds of times in jsdom, which a busy machine makes long.
vi.setConfig({ testTimeout: 120_000 });

const LONG_CODE = Array.from({ length: 150 }, (_, i) => `value_${i} = compute(${i}, "text")`).join("\n");

const ROWS = Array.from({ length: 150 }, (_, i) => `| ${i} | **b** | $x_${i}$ |\n`).join("");

const DOCUMENTS: Record<string, string> = {
  "long table": `| a | b | c |\n|:--|--:|:-:|\n${ROWS}\nafter\n`,
  "long table with a list behind it": `a | b\n--|--\n${"1 | 2\n".repeat(130)}- item\n`,
  "long table that stays open": `| a | b | c |\n|---|---|---|\n${ROWS}| last`,
  "footnotes": "One[^1] and two[^22], [^a-z].\n\n[^1]: The first *note*\n[^22]: The second\n\nend[^1]: no\n",
  "environments": "text\n\\begin{align}\na &= b\\\\\nc &= d\n\\end{align}\n\n\\begin{equation*}\nx\n\\end{equation*}\nend\n",
  "fenced mathematics": "```math\n\\frac{a}{b}\n```\n\n- item\n\n  ```math\n  x_1\n  ```\n",
  "paragraphs": "One line\nand its second.\n\nAnother *with* **strong** `code`.\n",
  "no newline at the end": "# Title\n\nlast words",
  "headings of both kinds": "# One\nText\nTwo\n===\nThree\n---\n\n#### Four ####\n#nothing",
  "lone dash": "a\n-\n\nb\n- c\n-\n- d\n",
  "dash that becomes an item": "before\n- item\n- item two\n\nafter",
  "nested lists": "- a\n  - b\n    - c\n\n      deep\n  - d\n- e\n\n1. x\n   1. y\n2. z\n",
  "loose list after a tight one": "- a\n- b\n\n\n- c\n\n  para in c\n- d\n\ntext\n",
  "lists of other marks": "- a\n* b\n+ c\n1. d\n2) e\n",
  "tasks": "- [ ] open\n- [x] done\n- [X] done too\n- [] none\n",
  "table": "| a | b |\n|:--|--:|\n| 1 | `2` |\n| **3** |\n\nafter\n",
  "table behind a paragraph": "words\n| a | b |\n|---|---|\n| 1 | 2 |\nmore\n",
  "lines that are no table": "x\n|\n-\n</b>\n---\nlazy\n",
  "fences": "text\n```python\ndef f():\n    return 1\n```\nmore\n~~~\nplain ``` text\n~~~\n",
  "fence within a fence": "````md\n```py\nx\n```\n````\nend\n",
  "fences in lists": "1. one\n   ```js\n   const a = 1;\n   ```\n   after\n2. two\n\n   ```\n   b\n   ```\n",
  "fence in a quote": "> said\n> ```sh\n> ls -l\n> ```\n\nend",
  "indented fences": "  ```py\n    x = 1\n  y = 2\n  ```\nend\n",
  "indented code": "para\n\n    code\n\n    more code\n\nend\n",
  "unclosed fence": "text\n\n```python\nx = 1\n\n",
  "unclosed fence without a newline": "```\nx",
  "empty fences": "```\n```\n\n```py\n\n```\n",
  "something behind a fence": "```py\n``` x\n```y\n```   \nend\n",
  "long code": `before\n\n\`\`\`python\n${LONG_CODE}\n\`\`\`\n\nafter\n`,
  "quotes": "> one\n> two\nlazy\n>\n> > nested\n> back\n\n> other\n",
  "quoted list": "> - a\n> - b\n>   c\nlazy\n\nend\n",
  "references": "See [one], [two][2] and [three][].\n\n[one]: https://one.example 'One'\n[2]: <https://two.example>\n",
  "reference with its title on another line": "[a] text\n\n[a]: https://a.example\n  'the\n  title'\n\nend [a]\n",
  "reference in a quote": "> [q]: https://q.example\n\nlater [q] and [constructor]\n",
  "raw html": "<div class=\"x\">\n*not emphasis*\n\n</div>\n\ninline <b>bold</b> <br> text\n<!-- note -->\n\nend\n",
  "raw block that never ends": "<script>\nlet a;\n\nb\n",
  "entities": "&amp; &copy; &#169; &nope; a & b < c > d \"q\" 'r'\n",
  "carriage returns": "# One\r\n\r\n- a\r\n- b\r\n\r\n```\r\ncode\r\n```\r\nold\rmac\r\n",
  "emoji": "Family 👨‍👩‍👧 and 🎉🎉\n\n- 🇪🇺 𝒳\n",
  "hard breaks": "one  \ntwo\\\nthree\n",
  "rules": "a\n\n---\n***\n_ _ _\n\nb\n---\n",
  "links": "<https://a.example> https://b.example/x?y=1&z=2. [c](https://c.example \"t\") ![i](https://d.example/i)\n",
  "mathematics": "$a_b + c_d$ and \\(x_1\\)\n\n$$\n\\sum_i x_i\n- y\n$$\n\ntext\n\\[\nz\n\\]\n",
  "mathematics that never ends": "text\n$$\na\n- b\n\nc $x\n",
  "mathematics above a rule": "text\n$$x$$\n---\nend\n",
  "blank": "\n\n  \n",
};

let el: HTMLElement;

beforeEach(() => {
  letGoOfDocuments();
  vi.useFakeTimers();
  el = document.createElement("div");
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const frame = () => vi.advanceTimersToNextFrame();

function stream(view: MarkdownView, text: string, size: number): void {
  for (let at = 0; at < text.length; at += size) {
    view.append(text.slice(at, at + size));
    if (size > 1 || at % 2 === 0) frame();
  }
  view.finish();
  for (let i = 0; i < 5; i++) frame();
}

function show(text: string): void {
  createMarkdown(el, { streaming: false }).replace(text);
}

const cases = Object.keys(DOCUMENTS).flatMap((name) => [1, 3, 7, 50].map((size) => ({ name, size })));

test.each(cases)("$name, in pieces of $size, looks as it does in one piece", ({ name, size }) => {
  const text = DOCUMENTS[name] as string;
  // A long document in single characters would only repeat itself.
  stream(createMarkdown(el), text, text.length > 1000 ? size * 40 : size);
  while (el.hasAttribute("aria-busy")) frame();
  expect(unfolded(el)).toBe(reference(text));
});

describe("frames", () => {
  test("text is drawn once per frame however often it is added", () => {
    const view = createMarkdown(el);
    const changes = new MutationObserver(() => {});
    changes.observe(el, { childList: true, subtree: true });
    for (const word of "many small pieces of one paragraph".split(" ")) view.append(`${word} `);
    expect(el.textContent).toBe("");
    frame();
    expect(el.textContent?.trim()).toBe("many small pieces of one paragraph");
    expect(changes.takeRecords()).toHaveLength(1 + 1);
    frame();
    expect(changes.takeRecords()).toHaveLength(0);
  });

  test("a hidden page is brought up to date without frames", () => {
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    vi.spyOn(globalThis, "requestAnimationFrame").mockReturnValue(0);
    createMarkdown(el).append("text");
    vi.advanceTimersByTime(1000);
    expect(el.textContent?.trim()).toBe("text");
  });

  test("a page that becomes hidden does not wait for its frame", () => {
    createMarkdown(el).append("text");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(el.textContent?.trim()).toBe("text");
  });

  test("a browser without animation frames is served by a timer", () => {
    vi.stubGlobal("requestAnimationFrame", undefined);
    createMarkdown(el).append("text");
    vi.advanceTimersByTime(1000);
    vi.unstubAllGlobals();
    expect(el.textContent?.trim()).toBe("text");
  });

  test("a long text that arrives at once is drawn over several frames", () => {
    const text = Array.from({ length: 60 }, (_, i) => `Paragraph ${i} ${"word ".repeat(50)}\n\n`).join("");
    show(text);
    const first = el.children.length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(30);
    for (let i = 0; i < 10; i++) frame();
    expect(unfolded(el)).toBe(reference(text));
    expect(el.hasAttribute("aria-busy")).toBe(false);
  });

  test("nothing is drawn after dispose", () => {
    const view = createMarkdown(el);
    view.append("one");
    view.dispose();
    view.append("two");
    view.replace("three");
    view.finish();
    frame();
    expect(el.textContent).toBe("");
  });

  test("the place is marked as busy until the text is finished", () => {
    const view = createMarkdown(el);
    expect(el.getAttribute("aria-busy")).toBe("true");
    view.append("text");
    view.finish();
    expect(el.hasAttribute("aria-busy")).toBe(false);
  });
});

describe("closed blocks", () => {
  test("keep their nodes while the text goes on, is replaced by itself, and ends", () => {
    const view = createMarkdown(el);
    view.append("First *paragraph*.\n\n- a\n- b\n\nThird");
    frame();
    const [first, second] = el.children;
    const kept = [first?.firstChild, second?.firstChild];
    stream(view, " goes on.\n\n```py\nx = 1\n```\n", 2);
    const whole = "First *paragraph*.\n\n- a\n- b\n\nThird goes on.\n\n```py\nx = 1\n```\n";
    const before = el.innerHTML;
    const changes = new MutationObserver(() => {});
    changes.observe(el, { childList: true, subtree: true, characterData: true });
    view.replace(whole);
    view.finish();
    frame();
    expect(changes.takeRecords()).toEqual([]);
    expect([el.children[0]?.firstChild, el.children[1]?.firstChild]).toEqual(kept);
    expect(el.children[0]?.firstChild).toBe(kept[0]);
    expect(el.innerHTML).toBe(before);
  });

  test("stay where the truth agrees with the provisional text, and go where it does not", () => {
    const view = createMarkdown(el);
    view.append("Same.\n\nSame too.\n\nWrong **guess**.\n\nEnd");
    frame();
    const first = el.children[0]?.firstChild;
    const truth = "Same.\n\nSame too.\n\nRight.\n";
    view.replace(truth);
    view.finish();
    expect(unfolded(el)).toBe(reference(truth));
    expect(el.children[0]?.firstChild).toBe(first);
  });

  test("a long text that is replaced by itself is not touched", () => {
    const text = Array.from({ length: 30 }, (_, i) => `Paragraph ${i} ${"word ".repeat(50)}\n\n`).join("");
    const view = createMarkdown(el);
    stream(view, text, 500);
    const changes = new MutationObserver(() => {});
    changes.observe(el, { childList: true, subtree: true, characterData: true });
    view.replace(text);
    view.finish();
    frame();
    expect(changes.takeRecords()).toEqual([]);
  });

  test("a block is open again where the truth adds to it", () => {
    const view = createMarkdown(el);
    view.append("text\n\n- a\n\nnext paragraph\n\nend");
    frame();
    const truth = "text\n\n- a\n\n  still in the item\n\nend";
    view.replace(truth);
    view.finish();
    expect(unfolded(el)).toBe(reference(truth));
  });

  test.each(Object.keys(DOCUMENTS))("the truth wins over any provisional text (%s)", (name) => {
    const truth = DOCUMENTS[name] as string;
    const view = createMarkdown(el);
    view.append(`${truth.slice(0, truth.length / 2)}\n\n\`\`\`\n[one]: https://wrong.example\n$$\n- x`);
    frame();
    view.replace(truth);
    view.finish();
    for (let i = 0; i < 5; i++) frame();
    expect(unfolded(el)).toBe(reference(truth));
  });

  test("text may be added after the end", () => {
    const view = createMarkdown(el);
    stream(view, "text\n$$\na\n- b", 4);
    stream(view, "\n$$\nend\n", 4);
    expect(unfolded(el)).toBe(reference("text\n$$\na\n- b\n$$\nend\n"));
  });

  test("a definition at the end redraws only the blocks that use it", () => {
    const view = createMarkdown(el);
    stream(view, "A [link].\n\nNo link.\n\n", 3);
    const plain = el.children[1]?.firstChild;
    stream(view, "[link]: https://there.example\n", 3);
    expect(el.querySelector("a")?.getAttribute("href")).toBe("https://there.example/");
    expect(el.children[1]?.firstChild).toBe(plain);
  });
});

describe("parts", () => {
  test("a table scrolls within its own box", () => {
    show("| a | b |\n|:-:|--:|\n| 1 | 2 |\n");
    const cells = [...el.querySelectorAll(".jcw-md-table > table th")];
    expect(cells.map((cell) => cell.getAttribute("align"))).toEqual(["center", "right"]);
  });

  test("rows of a long table stay as they are while it grows", () => {
    const view = createMarkdown(el);
    const row = (i: number) => `| ${i} | b |\n`;
    view.append(`| a | b |\n|---|---|\n${Array.from({ length: 100 }, (_, i) => row(i)).join("")}`);
    for (let i = 0; i < 10; i++) frame();
    const body = el.querySelector("tbody") as Element;
    const changes = new MutationObserver(() => {});
    changes.observe(body, { childList: true, subtree: true, characterData: true });
    for (let i = 100; i < 140; i++) {
      view.append(row(i));
      frame();
    }
    view.finish();
    expect(el.querySelectorAll("tbody tr")).toHaveLength(140);
    expect(el.querySelector("tbody")).toBe(body);
    expect(changes.takeRecords()).toEqual([]);
  });

  test("each block finds its own direction, and code has that of code", () => {
    show("مرحبا\n\n```\nx\n```\n");
    expect([...el.children].map((block) => block.getAttribute("dir"))).toEqual(["auto", "auto"]);
    expect(el.querySelector(".jcw-md-code")?.getAttribute("dir")).toBe("ltr");
  });

  test("tasks are marks, not controls", () => {
    show("- [ ] open\n- [x] done\n");
    expect([...el.querySelectorAll(".jcw-md-task")].map((mark) => mark.textContent)).toEqual(["☐", "☑"]);
    expect(el.querySelector("input")).toBeNull();
  });

  test("raw html is text, but for a line break", () => {
    show('<b class="jcw-question">Allow?</b> a<br>b\n\n<button>Allow</button>\n');
    expect(el.querySelectorAll("b, button, .jcw-question")).toHaveLength(0);
    expect(el.querySelectorAll("br")).toHaveLength(1);
    expect(el.textContent).toContain('<b class="jcw-question">Allow?</b>');
    expect(el.textContent).toContain("<button>Allow</button>");
  });

  test("quotes within each other beyond measure are shown as text", () => {
    show(`${">".repeat(20_000)}x`);
    for (let i = 0; i < 20; i++) frame();
    expect(el.textContent).toContain(">>>x");
  });
});
