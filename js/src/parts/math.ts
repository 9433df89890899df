import katex from "katex";

/** TeX that is longer stays as it is written: it would hold the page up for longer than a frame. */
const LONGEST = 4_000;

/** The TeX itself, which KaTeX adds. */
const SOURCE = /<annotation encoding="application\/x-tex">[^<]*<\/annotation>/;

/**
 * Mathematics as MathML, to be sanitised.
 *
 * @param tex without its delimiters
 * @throws Error where it is not TeX that KaTeX knows; the message says why. RangeError where it is too much of it.
 */
export function mathML(tex: string, display: boolean): string {
  if (tex.length > LONGEST) {
    throw new RangeError();
  }
  const html = katex.renderToString(tex, {
    displayMode: display,
    output: "mathml",
    throwOnError: true,
    strict: "ignore",
    trust: false,
    maxExpand: 500,
    maxSize: 20,
    macros: {}, // what one formula defines is not known to the next: they may be drawn in any order
  });
  return html.replace(SOURCE, ""); // found when the page is searched, and never seen
}
