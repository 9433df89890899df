import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tests as examples } from "commonmark-spec";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMarkdown } from "../src/view/markdown/index";
import { letGoOfDocuments, reference, unfolded } from "./drawing";
import { isLarge } from "./large";

vi.setConfig({ testTimeout: isLarge ? 1_800_000 : 120_000 });

/** Sizes of pieces, and after how many of them a frame is drawn: jsdom takes milliseconds for each. */
const SIZES = [[1, 8], [3, 5], [7, 3], [50, 1]] as const;
/** Characters of a long document that come in the smallest pieces, too. */
const SLICE = isLarge ? Number.POSITIVE_INFINITY : 240;

/** Long documents that people wrote: of packages that this one is built and tested with. */
const READMES = [
  ..."@asamuzakjp/css-color @asamuzakjp/dom-selector @biomejs/biome @exodus/bytes @jridgewell/sourcemap-codec".split(" "),
  ..."chai commonmark-spec convert-source-map css-tree decimal.js diff dompurify es-module-lexer expect-type".split(" "),
  ..."highlight.js jsdom json-schema-to-typescript katex lru-cache magic-string obug picomatch preact saxes".split(" "),
  ..."source-map-js symbol-tree tinybench tldts tough-cookie webidl-conversions whatwg-url ws".split(" "),
];

beforeEach(() => {
  letGoOfDocuments();
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** `text` as it looks after it came in pieces of `size`, with a frame for `every` so many of them. */
function streamed(text: string, size: number, every: number): string {
  const el = document.createElement("div");
  const view = createMarkdown(el);
  for (let at = 0, piece = 1; at < text.length; at += size, piece++) {
    view.append(text.slice(at, at + size));
    if (piece % every === 0) vi.advanceTimersToNextFrame();
  }
  view.finish();
  while (el.hasAttribute("aria-busy")) vi.advanceTimersToNextFrame();
  return unfolded(el);
}

const sections = [...new Set(examples.map((example) => example.section))];

test("the specification's examples are all there", () => {
  expect(examples.length).toBeGreaterThan(640);
});

describe.each(sections)("the specification's examples, %s,", (section) => {
  test.each(SIZES)("look the same in pieces of %i as in one", (size, every) => {
    for (const { markdown, number } of examples.filter((example) => example.section === section)) {
      const text = markdown.replaceAll("→", "\t");
      expect(streamed(text, size, every), `example ${number}`).toBe(reference(text));
    }
  });
});

function readme(name: string): string {
  const folder = join(import.meta.dirname, "../node_modules", name);
  const file = readdirSync(folder).find((found) => found.toLowerCase() === "readme.md") ?? "README.md";
  return readFileSync(join(folder, file), "utf8");
}

test("there are thirty long documents", () => {
  expect(READMES.map(readme).filter((text) => text.length > 5_000).length).toBeGreaterThanOrEqual(30);
});

test.each(READMES)("the README of %s looks the same in pieces as in one", (name) => {
  const text = readme(name);
  const whole = reference(text);
  expect(streamed(text, 50, 12)).toBe(whole);
  expect(streamed(text, 7, 120)).toBe(whole);
  const start = isLarge ? 0 : Math.floor(text.length / 3);
  const slice = text.slice(start, start + SLICE);
  const part = reference(slice);
  for (const [size, every] of SIZES) expect(streamed(slice, size, isLarge ? 10 * every : every)).toBe(part);
});
