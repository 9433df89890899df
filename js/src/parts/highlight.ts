import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import julia from "highlight.js/lib/languages/julia";
import latex from "highlight.js/lib/languages/latex";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import pythonRepl from "highlight.js/lib/languages/python-repl";
import r from "highlight.js/lib/languages/r";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

type Grammars = Parameters<typeof hljs.registerLanguage>[1];

const LANGUAGES: Record<string, Grammars> = {
  bash, c, cpp, css, diff, dockerfile, go, ini, java, javascript, json, julia, latex, makefile, markdown, python,
  "python-repl": pythonRepl, r, rust, sql, typescript, xml, yaml,
};

register(LANGUAGES);
hljs.registerAliases(["ipython", "ipython3", "python3"], { languageName: "python" });
hljs.registerAliases(["console", "shell"], { languageName: "bash" });

/** Characters of one piece above which it stays plain: a minified line would hold the page up for no gain. */
const TOO_LONG = 20_000;

/** Whether the grammar of `language` is here. */
export function knows(language: string): boolean {
  return hljs.getLanguage(language) !== undefined;
}

/** Add the grammars of the part "languages". */
export function register(grammars: Record<string, Grammars>): void {
  for (const [name, grammar] of Object.entries(grammars)) hljs.registerLanguage(name, grammar);
}

/**
 * Colour `code` as HTML of `hljs-` spans.
 * @returns undefined where the language is unknown or the code is too long for one piece: show it plain.
 */
export function highlight(code: string, language: string): string | undefined {
  if (code.length > TOO_LONG || !knows(language)) return undefined;
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}
