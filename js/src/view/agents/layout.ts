import { useLayoutEffect, useState } from "preact/hooks";

const WIDE_PX = 760;

/** Where the interview and the draft stand side by side, they are two panes; else they are tabs. */
export type Pane = "interview" | "agent" | "try";

/**
 * Lays out what the panel was mounted into: the bar on top, the interview and the bench beside each other or in one place.
 * @returns whether there is room for both
 */
export function useLayout(bench: HTMLElement, pane: Pane): boolean {
  const root = bench.parentElement as HTMLElement;
  const [wide, setWide] = useState(root.clientWidth >= WIDE_PX);
  useLayoutEffect(() => {
    const fills = bench.previousElementSibling?.classList.contains("jcw-fill") ?? false;
    root.classList.add("jcw-making");
    root.classList.toggle("jcw-making-fill", fills);
    const sizes = new ResizeObserver(() => setWide(root.clientWidth >= WIDE_PX));
    sizes.observe(root);
    return () => {
      sizes.disconnect();
      root.classList.remove("jcw-making", "jcw-making-fill");
      delete root.dataset["pane"];
    };
  }, [bench, root]);
  useLayoutEffect(() => {
    root.dataset["pane"] = wide ? "both" : pane;
  }, [root, wide, pane]);
  return wide;
}
