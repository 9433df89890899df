import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMarkdown } from "../src/view/markdown/index";
import { ALLOWED_ATTRIBUTES, ALLOWED_TAGS, destination, sanitize } from "../src/view/markdown/sanitize";
import { MATH_ATTRIBUTES, MATH_TAGS, sanitizeMath } from "../src/view/markdown/sanitize-math";
import { letGoOfDocuments } from "./drawing";
import { isLarge } from "./large";

// Each of these draws hundreds of times in jsdom, which a busy machine makes long.
vi.setConfig({ testTimeout: isLarge ? 3_600_000 : 120_000 });

const SCRIPT = "globalThis.pwned=1";
/** Characters of a payload that it is cut between; the few longer ones repeat themselves. */
const LONGEST_CUT = 400;

const TAGS = (
  "a abbr audio base body button details dialog div embed form frameset iframe img input keygen link marquee math " +
  "meta object script select style svg table template textarea video xss"
).split(" ");
const EVENTS = (
  "onclick onerror onload onmouseover onfocus ontoggle onanimationstart onpointerenter onbeforetoggle onwheel"
).split(" ");
const ADDRESSES = [
  `javascript:${SCRIPT}`,
  `JaVaScRiPt:${SCRIPT}`,
  `java\tscript:${SCRIPT}`,
  `java&#10;script:${SCRIPT}`,
  `&#x6A;avascript:${SCRIPT}`,
  `\u0001javascript:${SCRIPT}`,
  `\u00a0javascript:${SCRIPT}`,
  `javascript\u0085:${SCRIPT}`,
  `\u202ejavascript:${SCRIPT}`,
  `vbscript:${SCRIPT}`,
  `data:text/html,<script>${SCRIPT}</script>`,
  "data:image/svg+xml;base64,PHN2Zy8+",
  "blob:https://here.example/1",
  "file:///etc/passwd",
  "//evil.example/x",
  "/lab/tree/x?reset",
  "../api/contents",
  "#main",
  "ftp://evil.example/",
  "https://evil.example/?secret=1",
];

const withEvents = TAGS.flatMap((tag) =>
  EVENTS.map((event) => `<${tag} ${event}="${SCRIPT}" src=x autofocus>t</${tag}>`),
);
const withAddresses = ADDRESSES.flatMap((address) => [
  `[t](${address})`,
  `[t](<${address}> "t")`,
  `![t](${address})`,
  `<${address}>`,
  `[t]\n\n[t]: ${address}`,
  `<a href="${address}">t</a>`,
  `<img src="${address}">`,
  `<iframe src="${address}"></iframe>`,
  `<form action="${address}"><button formaction="${address}">t</button></form>`,
  `<svg><a xlink:href="${address}"><text>t</text></a></svg>`,
]);
const forJupyter = [
  '<button data-commandlinker-command="console:create" data-commandlinker-args="{}">Run</button>',
  '<a data-commandlinker-command="terminal:create-new" href="https://x.example">t</a>',
  '<div class="jp-Dialog jp-mod-styled"><button class="jp-Dialog-button jp-mod-accept">OK</button></div>',
  '<p class="jp-RenderedHTML lm-Widget">t</p>',
  '<div class="jcw-question" role="dialog" data-testid="question"><button class="jcw-allow">Allow</button></div>',
  '<div class="jcw-md-code"><button class="jcw-md-copy">Copy</button></div>',
  '<script id="jupyter-config-data">{"baseUrl":"https://evil.example"}</script>',
  '<a id="jupyter-config-data">t</a><a id="jupyter-config-data" name="textContent">t</a>',
  '<form id="document" name="body"><input name="attributes"><input name="nodeName"></form>',
  '<img name="getElementById"><img name="cookie"><a id="location" href="https://evil.example">t</a>',
  '<a id="defaultView"></a><a id="defaultView" name="x" href="clobbered:1">t</a>',
];
const odd = [
  `<<script>${SCRIPT}//<</script>`,
  `<scr<script>ipt>${SCRIPT}</script>`,
  `<img src=x onerror=${SCRIPT}//`,
  `<svg/onload=${SCRIPT}>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${SCRIPT}&gt;">`,
  `<svg></p><style><a id="</style><img src=1 onerror=${SCRIPT}>">`,
  `<noscript><p title="</noscript><img src=x onerror=${SCRIPT}>">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${SCRIPT}>`,
  `<!--><img src=x onerror=${SCRIPT}>-->`,
  `<![CDATA[<img src=x onerror=${SCRIPT}>]]>`,
  `<?xml version="1.0"?><img src=x onerror=${SCRIPT}>`,
  `<pre>\n\n<img src=x onerror=${SCRIPT}>\n</pre>`,
  `x <code><img src=x onerror=${SCRIPT}></code> <kbd>&lt;img src=x onerror=${SCRIPT}&gt;`,
  `\`\`\`"><img src=x onerror=${SCRIPT}>\ncode\n\`\`\``,
  `\`\`\`html\n<img src=x onerror=${SCRIPT}>\n\`\`\``,
  `    <img src=x onerror=${SCRIPT}>`,
  `\`<img src=x onerror=${SCRIPT}>\``,
  `$<img src=x onerror=${SCRIPT}>$`,
  `$$\n<img src=x onerror=${SCRIPT}>\n$$`,
  `\\(<svg onload=${SCRIPT}>\\)`,
  `| <img src=x onerror=${SCRIPT}> | b |\n|---|---|\n| <svg onload=${SCRIPT}> | <br onclick=${SCRIPT}> |`,
  `[a](https://x.example "\\"onmouseover=${SCRIPT} ")`,
  `[a](https://x.example"onmouseover="${SCRIPT})`,
  `[<img src=x onerror=${SCRIPT}>](https://x.example)`,
  `![<img src=x onerror=${SCRIPT}>](https://x.example/i.png)`,
  `![" onerror="${SCRIPT}](x)`,
  `[![i](https://a.example/i.png)](javascript:${SCRIPT})`,
  `[x]: javascript:${SCRIPT} "<img src=x onerror=${SCRIPT}>"\n\n[x] ![x]`,
  `<https://x.example/"onmouseover="${SCRIPT}>`,
  `https://x.example/"onmouseover=${SCRIPT}`,
  `- [ ] <input type=checkbox onclick=${SCRIPT}>`,
  `1000000000. x\n99999. <li onclick=${SCRIPT}>`,
  `<a style="background:url(https://evil.example/x)" class="fixed">t</a>`,
  `<link rel=stylesheet href=https://evil.example/x.css><meta http-equiv=refresh content="0;url=https://evil.example">`,
];
const hostileTeX = [
  ...ADDRESSES.flatMap((address) => [`\\href{${address}}{t}`, `\\url{${address}}`, `\\includegraphics{${address}}`]),
  `\\htmlData{jcw=allow, commandlinker-command=console:create}{t}`,
  `\\htmlClass{jcw-question jp-Dialog}{t}`,
  `\\htmlId{jupyter-config-data}{t}`,
  `\\htmlStyle{position:fixed; background:url(https://evil.example/x)}{t}`,
  `\\text{<img src=x onerror=${SCRIPT}>}`,
  `\\text{\\href{javascript:${SCRIPT}}{t}} \\mathrm{<svg onload=${SCRIPT}>}`,
  `\\color{red;background:url(https://evil.example)} x`,
  `\\textcolor{#fff" onload="${SCRIPT}}{x} \\colorbox{url(https://evil.example)}{x}`,
  `\\def\\a{\\b\\b\\b\\b}\\def\\b{\\c\\c\\c\\c}\\def\\c{\\d\\d\\d\\d}\\def\\d{xxxxxxxxxx}\\a\\a\\a\\a\\a\\a\\a\\a`,
  `\\def\\loop{\\loop\\loop}\\loop`,
  `\\newcommand{\\x}{\\x x}\\x`,
  `\\rule{1000000em}{1000000em}`,
  `\\hspace{-9999em}\\raisebox{9999em}{x}\\kern-9999em x`,
  "{".repeat(3_000),
  `${"\\frac{1}{".repeat(1_500)}x${"}".repeat(1_500)}`,
  `\\unicode{x3c}script\\unicode{x3e} \\char"3C img`,
  `\\require{html}\\style{background:url(https://evil.example)}{x}\\cssId{x}{y}\\class{jcw-question}{z}`,
];
const inFormulas = hostileTeX.flatMap((tex) => [`$${tex}$`, `$$\n${tex}\n$$`, `\\(${tex}\\)`, `\`\`\`math\n${tex}\n\`\`\``]);
const PAYLOADS = [...withEvents, ...withAddresses, ...forJupyter, ...odd, ...inFormulas];
/** A sample for what has to be drawn dozens of times for each payload. */
const every = (nth: number, payloads: string[]) => payloads.filter((_, index) => index % nth === 0);

/** What the panel builds by itself, beside what the sanitiser lets through. */
const OWN_ATTRIBUTES = "aria-expanded aria-label aria-pressed data-jcw data-tex dir hidden rel target type".split(" ");
const OWN_CLASSES = new RegExp(
  "^(?:jcw-md-(?:block|button|code|code-header|code-language|fold|html|image|inert|long|note|pre|slab|table|task)" +
    "|jcw-math(?:-display|-bad|-set|-left|-right)?|mtr-glue|mml-eqn-num|hljs|hljs-[a-z_-]+|language-[\\w+#.-]+)$",
);
const DESTINATIONS = /^(?:https?:\/\/|mailto:)/;
const [HTML, MATH] = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"];

function isKnown({ localName, namespaceURI }: Element): boolean {
  if (namespaceURI === MATH) return MATH_TAGS.includes(localName);
  return namespaceURI === HTML && ALLOWED_TAGS.includes(localName);
}

function faultsOf(element: Element): string[] {
  const faults: string[] = [];
  const isFormula = element.namespaceURI === MATH;
  const isButton = element.matches("div.jcw-md-code > button.jcw-md-fold, div.jcw-md-code-header > button.jcw-md-button");
  if (!isKnown(element) && !isButton) faults.push(`<${element.localName}> of ${element.namespaceURI}`);
  const attributes = isFormula ? MATH_ATTRIBUTES : [...ALLOWED_ATTRIBUTES, ...OWN_ATTRIBUTES];
  for (const { name, value } of element.attributes) {
    if (!attributes.includes(name)) faults.push(`attribute ${name}`);
    if (name === "href" && !DESTINATIONS.test(value)) faults.push(`address ${value}`);
  }
  for (const name of element.classList) if (!OWN_CLASSES.test(name)) faults.push(`class ${name}`);
  return faults;
}

const faultsIn = (root: ParentNode) => [...root.querySelectorAll("*")].flatMap(faultsOf);
const codeBlocks = (root: ParentNode) => root.querySelectorAll(".jcw-md-code, button");

let el: HTMLElement;

beforeEach(() => {
  letGoOfDocuments();
  vi.useFakeTimers();
  el = document.createElement("div");
  document.body.replaceChildren(el);
});

afterEach(() => {
  expect(globalThis).not.toHaveProperty("pwned");
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Draw `text` in pieces of `size`, and look after each frame. */
function faultsWhileStreaming(text: string, size: number): string[] {
  const view = createMarkdown(el);
  const faults: string[] = [];
  for (let at = 0; at < text.length; at += size) {
    view.append(text.slice(at, at + size));
    vi.advanceTimersToNextFrame();
    faults.push(...faultsIn(el));
  }
  view.finish();
  return [...faults, ...faultsIn(el)];
}

function faultsOfAll(payloads: string[], size: number): { payload: string; fault: string }[] {
  return payloads.flatMap((payload) => faultsWhileStreaming(payload, size).map((fault) => ({ payload, fault })));
}

test("there are enough payloads to mean something", () => {
  expect(new Set(PAYLOADS).size).toBe(PAYLOADS.length);
  expect(PAYLOADS.length).toBeGreaterThan(500);
});

test("as MathML, no payload passes the sanitiser of formulas", () => {
  const wrapped = every(5, PAYLOADS).map((payload) => `<math><mtext>${payload}</mtext><mi ${payload}>x</mi></math>`);
  const passed = [...every(5, PAYLOADS), ...forJupyter, ...odd, ...wrapped].flatMap((payload) => {
    return faultsIn(sanitizeMath(payload)).map((fault) => ({ payload, fault }));
  });
  expect(passed).toEqual([]);
});

test.each([
  '<math><mspace width="-9999em"/></math>',
  '<math><mpadded voffset="400em" width="1e9em"><mi>x</mi></mpadded></math>',
  '<math><mi mathbackground="url(https://evil.example/x)" mathcolor="red;x">x</mi></math>',
  '<math><mi href="https://evil.example/" xlink:href="x" style="color:red" id="a" class="jcw-question">x</mi></math>',
])("a formula has no attribute that reaches out of it: %s", (mathML) => {
  const attributes = [...sanitizeMath(mathML).querySelectorAll("*")].flatMap((element) => [...element.attributes]);
  expect(attributes.map(({ name, value }) => [name, value])).toEqual([]);
});

test("hostile TeX takes neither long nor much room", () => {
  for (const payload of inFormulas) createMarkdown(el, { streaming: false }).replace(payload);
  createMarkdown(el, { streaming: false }).replace(inFormulas.join("\n\n"));
  for (let i = 0; i < 50; i++) vi.advanceTimersToNextFrame();
  expect(el.querySelectorAll(".jcw-math").length).toBeGreaterThan(hostileTeX.length);
  expect(el.querySelectorAll("*").length).toBeLessThan(100_000);
  expect(faultsIn(el)).toEqual([]);
});

test("as HTML, no payload passes the sanitiser", () => {
  const passed = PAYLOADS.flatMap((payload) => faultsIn(sanitize(payload)).map((fault) => ({ payload, fault })));
  expect(passed).toEqual([]);
});

test("the sanitiser takes all that imitates the panel", () => {
  const html = forJupyter.map((payload) => sanitize(payload));
  expect(html.flatMap((fragment) => [...codeBlocks(fragment)])).toEqual([]);
});

test("as markdown, no payload does anything when it comes whole", () => {
  expect(faultsOfAll(PAYLOADS, Number.POSITIVE_INFINITY)).toEqual([]);
});

test("as markdown, no payload does anything in pieces of seven characters", () => {
  const some = [...every(3, withEvents), ...withAddresses, ...forJupyter, ...odd];
  expect(faultsOfAll(some, 7)).toEqual([]);
});

/** In portions: what jsdom made is let go of only between two tests. */
function portions(payloads: string[], size = 15): string[][] {
  return Array.from({ length: Math.ceil(payloads.length / size) }, (_, part) => payloads.slice(part * size, (part + 1) * size));
}

const inCharacters = isLarge ? PAYLOADS : [...every(31, withEvents), ...every(13, withAddresses), ...forJupyter, ...odd];

test.each(portions(inCharacters))("as markdown, no payload does anything character by character (portion %#)", (...some) => {
  expect(faultsOfAll(some, 1)).toEqual([]);
});

test.each(portions(isLarge ? PAYLOADS : every(40, PAYLOADS)))("as markdown, no payload does anything wherever it is cut in two (portion %#)", (...some) => {
  for (const payload of some) {
    const faults: string[] = [];
    for (let cut = 1; cut < Math.min(payload.length, LONGEST_CUT); cut++) {
      const view = createMarkdown(el);
      for (const piece of [payload.slice(0, cut), payload.slice(cut)]) {
        view.append(piece);
        vi.advanceTimersToNextFrame();
        faults.push(...faultsIn(el));
      }
      view.finish();
      faults.push(...faultsIn(el));
    }
    expect(faults, payload).toEqual([]);
  }
});

const shown = [...forJupyter, '<pre class="jcw-md-slot"></pre>', "a <pre> <img src=x onerror=1 b"];

test.each(shown)("raw html is shown as it is written: %s", (payload) => {
  createMarkdown(el, { streaming: false }).replace(payload);
  expect(el.textContent?.trim()).toBe(payload);
  expect(codeBlocks(el)).toHaveLength(0);
});

test("nothing on the page could fetch anything", () => {
  expect(faultsOfAll([every(9, withAddresses).join("\n\n")], 500)).toEqual([]);
  expect(el.querySelectorAll("[src], [srcset], [style], [ping], img, link, style, iframe, object")).toHaveLength(0);
  expect(document.querySelector('meta[http-equiv="x-dns-prefetch-control"]')?.getAttribute("content")).toBe("off");
});

describe("links", () => {
  test.each([
    ["[t](https://a.example/x?y=1&z)", "https://a.example/x?y=1&z"],
    ["<http://a.example>", "http://a.example/"],
    ["https://a.example", "https://a.example/"],
    ["[t](mailto:a@b.example)", "mailto:a@b.example"],
    ["a@b.example", "mailto:a@b.example"],
    ["[t](HTTPS://A.example)", "https://a.example/"],
  ])("%s opens outside and says where", (text, href) => {
    createMarkdown(el, { streaming: false }).replace(text);
    const link = el.querySelector("a");
    expect(link?.getAttribute("href")).toBe(href);
    expect(link?.getAttribute("title")).toBe(href);
    expect(link?.getAttribute("rel")).toBe("noopener noreferrer nofollow");
    expect(link?.getAttribute("target")).toBe("_blank");
  });

  test.each(ADDRESSES.filter((address) => !address.startsWith("https:")))("%j leads nowhere", (address) => {
    expect(destination(address)).toBeNull();
    createMarkdown(el, { streaming: false }).replace(`[t](<${address}>)`);
    expect(el.querySelector("a")).toBeNull();
  });

  test("a relative link is text that says what it was", () => {
    createMarkdown(el, { streaming: false }).replace("[the file](data/x.csv)");
    expect(el.querySelector(".jcw-md-inert")?.getAttribute("title")).toBe("data/x.csv");
    expect(el.textContent?.trim()).toBe("the file");
  });

  test("the title cannot hide where a link leads", () => {
    createMarkdown(el, { streaming: false }).replace('[t](https://evil.example "https://bank.example")');
    expect(el.querySelector("a")?.title).toMatch(/^https:\/\/evil\.example\//);
  });

  test("a picture becomes a link to it", () => {
    const text = "![a chart](https://a.example/x.png) [![in a link](https://a.example/y.png)](https://b.example)";
    createMarkdown(el, { streaming: false }).replace(text);
    expect([...el.querySelectorAll("a")].map((link) => [link.textContent, link.getAttribute("href")])).toEqual([
      ["a chart", "https://a.example/x.png"],
      ["in a link", "https://b.example/"],
    ]);
  });
});
