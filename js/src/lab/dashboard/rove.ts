import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const STOP = "[data-move]";

/**
 * A list of which one row takes the focus: arrow up and down, Home and End go from row to row, arrow right and left to
 * what can be done in a row. `[data-row]` names a row, `[data-move]` is
 * what stands for it, and `[data-act]` is what else can be done in it.
 */
export function useRoving<T extends HTMLElement>(): { list: RefObject<T | null>; onKeyDown(event: KeyboardEvent): void; onFocusIn(event: FocusEvent): void } {
  const list = useRef<T>(null);
  useLayoutEffect(() => {
    const root = list.current;
    return root === null ? undefined : keepFocus(root);
  }, []);
  return {
    list,
    onKeyDown: (event) => moved(list.current, event),
    onFocusIn: ({ target }) => {
      const now = (target as HTMLElement).closest(STOP);
      if (now !== null) {
        for (const stop of stopsIn(list.current)) {
          stop.setAttribute("tabindex", stop === now ? "0" : "-1");
        }
      }
    },
  };
}

/**
 * One row can be reached by Tab at any time. A row that goes elsewhere, or away, would take the focus along: it is given
 * back to the row, or to what is in its place.
 */
function keepFocus(list: HTMLElement): () => void {
  let last: { row: string; index: number } | null = null;
  const turned = ({ target }: Event) => {
    const row = (target as Element | null)?.closest<HTMLElement>("[data-row]");
    const inside = row && list.contains(row);
    const index = inside ? stopsIn(list).findIndex((stop) => row.contains(stop)) : -1;
    last = inside ? { row: row.dataset["row"] ?? "", index: index < 0 ? (last?.index ?? 0) : index } : null;
  };
  const changed = () => {
    const stops = stopsIn(list);
    if (!stops.some((stop) => stop.tabIndex === 0)) {
      stops[0]?.setAttribute("tabindex", "0");
    }
    const { activeElement, body } = document;
    if (last !== null && (activeElement === null || activeElement === body)) {
      const { row } = last;
      const same = stops.find((stop) => stop.closest<HTMLElement>("[data-row]")?.dataset["row"] === row);
      (same ?? stops[Math.min(last.index, stops.length - 1)])?.focus();
    }
  };
  const observer = new MutationObserver(changed);
  observer.observe(list, { childList: true, subtree: true });
  document.addEventListener("focusin", turned);
  document.addEventListener("pointerdown", turned, true);
  changed();
  return () => {
    observer.disconnect();
    document.removeEventListener("focusin", turned);
    document.removeEventListener("pointerdown", turned, true);
  };
}

function stopsIn(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>(STOP) ?? [])];
}

function moved(list: HTMLElement | null, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>("[data-row]");
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || row === null || !target.matches(`${STOP}, [data-act]`)) {
    return;
  }
  const next = target.matches(STOP) || event.key.endsWith("Left") || event.key.endsWith("Right") ? wanted(list, row, target, event.key) : null;
  if (next !== null) {
    event.preventDefault();
    next?.focus();
  }
}

/** What the key leads to; undefined where there is no more, null where the key means nothing here. */
function wanted(list: HTMLElement | null, row: HTMLElement, target: HTMLElement, key: string): HTMLElement | undefined | null {
  const stops = stopsIn(list);
  const inRow = [...row.querySelectorAll<HTMLElement>(`${STOP}, [data-act]`)];
  switch (key) {
    case "ArrowDown":
      return stops[stops.indexOf(target) + 1];
    case "ArrowUp":
      return stops[stops.indexOf(target) - 1];
    case "Home":
      return stops[0];
    case "End":
      return stops.at(-1);
    case "ArrowRight":
      return inRow[inRow.indexOf(target) + 1];
    case "ArrowLeft":
      return inRow[inRow.indexOf(target) - 1];
    default:
      return null;
  }
}
