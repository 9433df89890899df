/** Where an alphabet stands in Unicode: its capital A and its small a, and the letters that stand elsewhere. */
interface Alphabet {
  capital: number;
  small: number;
  elsewhere: Readonly<Record<string, string>>;
}

// Browsers know `mathvariant` only as "normal". What is merely bold or of another family is left to the style sheet.
const ALPHABETS: Readonly<Record<string, Alphabet>> = {
  "double-struck": {
    capital: 0x1d538,
    small: 0x1d552,
    elsewhere: { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ", "1": "𝟙" },
  },
  script: {
    capital: 0x1d49c,
    small: 0x1d4b6,
    elsewhere: { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ", e: "ℯ", g: "ℊ", o: "ℴ" },
  },
  fraktur: {
    capital: 0x1d504,
    small: 0x1d51e,
    elsewhere: { C: "ℭ", H: "ℌ", I: "ℑ", R: "ℜ", Z: "ℨ" },
  },
};

/** The letters of `text` in a mathematical alphabet ("script", "double-struck", "fraktur"); others as they are. */
export function inAlphabet(text: string, variant: string): string {
  const alphabet = Object.hasOwn(ALPHABETS, variant) ? ALPHABETS[variant] : undefined;
  if (!alphabet) return text;
  return text.replace(/[A-Za-z1]/g, (letter) => {
    const known = alphabet.elsewhere[letter];
    if (known) return known;
    if (letter === "1") return letter;
    const [first, base] = letter <= "Z" ? ["A", alphabet.capital] : ["a", alphabet.small];
    return String.fromCodePoint(base + letter.charCodeAt(0) - first.charCodeAt(0));
  });
}
