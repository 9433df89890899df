const ALL = "jcw-found";
const NOW = "jcw-found-now";
const FALLBACK = "data-jcw-found";

/** Marks ranges on the page without touching its elements; where the browser cannot, what holds the current one is marked. */
export class Marks {
  #ranges: readonly Range[] = [];
  #now: Range | null = null;

  show(ranges: readonly Range[], now: Range | null): void {
    this.clear();
    this.#ranges = ranges;
    this.#now = now;
    if (typeof Highlight === "undefined") {
      now?.startContainer.parentElement?.setAttribute(FALLBACK, "");
      return;
    }
    for (const range of ranges) {
      highlight(ALL).add(range);
    }
    if (now !== null) {
      highlight(NOW).add(now);
    }
  }

  clear(): void {
    if (typeof Highlight === "undefined") {
      this.#now?.startContainer.parentElement?.removeAttribute(FALLBACK);
    } else {
      for (const range of this.#ranges) {
        highlight(ALL).delete(range);
      }
      if (this.#now !== null) {
        highlight(NOW).delete(this.#now);
      }
    }
    this.#ranges = [];
    this.#now = null;
  }
}

/** The page has one highlight of a name; the panels share it. */
function highlight(name: string): Highlight {
  const there = CSS.highlights.get(name);
  if (there !== undefined) {
    return there;
  }
  const made = new Highlight();
  made.priority = name === NOW ? 1 : 0;
  CSS.highlights.set(name, made);
  return made;
}
