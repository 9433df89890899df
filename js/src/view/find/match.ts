const BLOCKS = "p,li,td,th,pre,h1,h2,h3,h4,h5,h6,div,section,dd,dt,blockquote";
const NOT_SEARCHED = "button,[aria-hidden=true],.jcw-hidden";

/** What finds `query` in a text: in any case, and with any blank space for a space. */
export function pattern(query: string): RegExp {
  const words = query.trim().split(/\s+/);
  return new RegExp(words.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+"), "giu");
}

/** Where the text of `root` matches, as ranges; a match does not reach over the end of a paragraph. */
export function rangesIn(root: Element, wanted: RegExp): Range[] {
  const found: Range[] = [];
  let nodes: Text[] = [];
  let block: Element | null = null;
  const search = () => {
    const text = nodes.map((node) => node.data).join("");
    for (const match of text.matchAll(wanted)) {
      found.push(rangeOf(nodes, match.index, match.index + match[0].length));
    }
    nodes = [];
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, {
    acceptNode: (node) => (node instanceof Element ? (node.matches(NOT_SEARCHED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP) : NodeFilter.FILTER_ACCEPT),
  });
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    const own = node.parentElement?.closest(BLOCKS) ?? null;
    if (own !== block) {
      search();
      block = own;
    }
    nodes.push(node);
  }
  search();
  return found;
}

function rangeOf(nodes: readonly Text[], from: number, to: number): Range {
  const range = document.createRange();
  let start = 0;
  for (const node of nodes) {
    const end = start + node.length;
    if (from >= start && from < end) {
      range.setStart(node, from - start);
    }
    if (to > start && to <= end) {
      range.setEnd(node, to - start);
      break;
    }
    start = end;
  }
  return range;
}
