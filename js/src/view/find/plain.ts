// What markdown writes and does not show, as far as it matters for finding words: fences, marks at a line's start, the
// addresses of links, and the signs around emphasised words and code.
const LINE_STARTS = /^[ \t]*(?:```.*|~~~.*|#{1,6} +|> ?|[-*+] +|\d+[.)] +|\|?[ :|-]*-{3}[ :|-]*$)/gm;
const LINKS = /!?\[([^\]\n]*)\]\([^)\n]*\)/g;
const SIGNS = /\*\*|__|~~|`+|(?<=\s|^)[*_](?=\S)|(?<=\S)[*_](?=[\s.,;:!?)]|$)/gm;

/** The words of a markdown text, nearly as they are on screen. */
export function plainText(markdown: string): string {
  return markdown.replace(LINE_STARTS, "").replace(LINKS, "$1").replace(SIGNS, "");
}
