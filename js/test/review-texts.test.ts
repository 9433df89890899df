import { nullTranslator } from "@jupyterlab/translation";
import { expect, test } from "vitest";
import { reviewTextsIn } from "../src/lab/review/texts";
import { reviewStrings } from "../src/view/strings/review";

const NUMBERS = [1, 2, 7];

/** Every text, and what each function makes of some numbers. */
function said(texts: object, path = ""): [string, string][] {
  return Object.entries(texts).flatMap(([name, text]): [string, string][] => {
    const place = `${path}.${name}`;
    if (typeof text === "string") {
      return [[place, text]];
    }
    if (typeof text === "function") {
      return NUMBERS.flatMap((one) => NUMBERS.map((other): [string, string] => [`${place}(${one}, ${other})`, String(text(one, other))]));
    }
    return said(text, place);
  });
}

test("the review in JupyterLab's cells says what it says in the panel", () => {
  expect(Object.fromEntries(said(reviewTextsIn(nullTranslator.load(""))))).toEqual(Object.fromEntries(said(reviewStrings)));
});

test("every text of the review in JupyterLab's cells is to be had in another language", () => {
  const bundle = nullTranslator.load("");
  const foreign = { ...bundle, __: (text: string) => `«${text}»`, _n: (one: string, more: string, count: number) => `«${count === 1 ? one : more}»` };
  const english = said(reviewTextsIn(foreign)).filter(([, text]) => text !== "" && !text.startsWith("«"));
  expect(english).toEqual([]);
});
