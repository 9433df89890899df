import createDOMPurify, { type Config, type DOMPurify } from "dompurify";
import { inAlphabet } from "./alphabets";

/** Every element that a formula may be made of. */
export const MATH_TAGS = (
  "math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd " +
  "mtext mtr munder munderover mlabeledtr semantics"
).split(" ");

/** Every attribute that a formula may have; none of them names an address, an element or a style. */
export const MATH_ATTRIBUTES = (
  "accent accentunder class columnalign columnlines columnspacing depth display displaystyle fence form height largeop " +
  "linebreak linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation " +
  "rowalign rowlines rowspacing rspace scriptlevel separator side stretchy symmetric voffset width"
).split(" ");

/** Words, colours and lengths. */
const VALUE = /^(?:[a-z-]+|#[\da-f]{3,8}|([+-]?(?:\d+\.?\d*|\.\d+))(?:em|ex|px|pt|pc|cm|mm|in|%)?)$/i;

/** Nothing is farther (em, or whatever the unit is) from where it belongs: a formula must not cover other text. */
const FARTHEST = 30;
const FARTHEST_PERCENT = 100;

/** The parts of numbered equations. */
const OWN_CLASS = /^(?:mtr-glue|mml-eqn-num)$/;

const CONFIG = {
  ALLOWED_TAGS: MATH_TAGS,
  ALLOWED_ATTR: MATH_ATTRIBUTES,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ADD_URI_SAFE_ATTR: MATH_ATTRIBUTES,
  FORBID_ATTR: ["href", "xlink:href", "src", "style", "id", "name"],
  RETURN_DOM_FRAGMENT: true,
} satisfies Config;

let purifier: DOMPurify | undefined;

function createPurifier(): DOMPurify {
  const created = createDOMPurify(window);
  created.addHook("uponSanitizeAttribute", (_element, data) => {
    if (data.attrName === "class") {
      data.attrValue = data.attrValue.split(/\s+/).filter((name) => OWN_CLASS.test(name)).join(" ");
      data.keepAttr = data.attrValue !== "";
    } else {
      data.keepAttr = MATH_ATTRIBUTES.includes(data.attrName) && data.attrValue.split(/\s+/).every(isHarmless);
    }
  });
  return created;
}

function isHarmless(word: string): boolean {
  const found = VALUE.exec(word);
  const most = word.endsWith("%") ? FARTHEST_PERCENT : FARTHEST;
  return found !== null && Math.abs(Number(found[1] ?? 0)) <= most;
}

/** Turn MathML into DOM that can do nothing but be read. The only place where it is parsed. */
export function sanitizeMath(mathML: string): DocumentFragment {
  purifier ??= createPurifier();
  const fragment: DocumentFragment | null = purifier.sanitize(mathML, CONFIG);
  const safe = fragment ?? document.createDocumentFragment();
  for (const table of safe.querySelectorAll("mtable[columnalign]")) alignCells(table);
  for (const word of safe.querySelectorAll("[mathvariant]")) {
    if (word.childElementCount === 0) word.textContent = inAlphabet(word.textContent ?? "", word.getAttribute("mathvariant") ?? "");
  }
  return safe;
}

/** Browsers know tables of MathML, but not how their columns are aligned. */
function alignCells(table: Element): void {
  const sides = (table.getAttribute("columnalign") ?? "").split(/\s+/);
  for (const row of table.children) {
    [...row.children].forEach((cell, index) => {
      const side = sides[Math.min(index, sides.length - 1)];
      if (side === "left" || side === "right") cell.classList.add(`jcw-math-${side}`);
    });
  }
}
