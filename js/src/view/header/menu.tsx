import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../icons";

/** One of the things that may be chosen. */
export interface Choice<Id> {
  id: Id;
  label: string;
  about?: string;
  danger?: boolean;
}

interface MenuProps<Id> {
  label: string;
  choices: readonly Choice<Id>[];
  chosen: Id;
  onChoose: (id: Id) => void;
}

/** A list of which one is chosen, with the keys of a menu: arrows, Home, End, first letters. */
export function Menu<Id extends string | null>({ label, choices, chosen, onChoose }: MenuProps<Id>): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // Of a popup that waited for its choices, the focus is on the popup itself.
    if (document.activeElement === list.current?.closest("[role=dialog]")) {
      itemsOf(list.current).find((item) => item.getAttribute("aria-checked") === "true")?.focus();
    }
  }, []);
  const pressed = (event: KeyboardEvent) => {
    const next = list.current === null ? undefined : nextItem(itemsOf(list.current), event.key);
    if (next !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      next.focus();
    }
  };
  return (
    <div class="jcw-menu" role="menu" aria-label={label} ref={list} onKeyDown={pressed}>
      {choices.map((choice) => (
        <button
          key={choice.id ?? ""}
          type="button"
          role="menuitemradio"
          class="jcw-menu-item"
          data-jcw="choice"
          data-value={choice.id ?? ""}
          data-danger={choice.danger ?? false}
          aria-checked={choice.id === chosen}
          tabIndex={choice.id === chosen ? 0 : -1}
          onClick={() => onChoose(choice.id)}
        >
          <span class="jcw-menu-mark">{choice.id === chosen && <Icon name="check" />}</span>
          <span class="jcw-menu-words">
            <span>{choice.label}</span>
            {choice.about && <span class="jcw-dim">{choice.about}</span>}
          </span>
        </button>
      ))}
    </div>
  );
}

function itemsOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[role=menuitemradio]")];
}

/** The item to which a key leads; undefined where it is none of a menu's keys. */
function nextItem(items: HTMLElement[], key: string): HTMLElement | undefined {
  const at = items.indexOf(document.activeElement as HTMLElement);
  switch (key) {
    case "ArrowDown":
      return items[(at + 1) % items.length];
    case "ArrowUp":
      return items.at(at <= 0 ? -1 : at - 1);
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    default: {
      const begins = (item: HTMLElement) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()) ?? false;
      return key.length === 1 && key !== " " ? [...items.slice(at + 1), ...items].find(begins) : undefined;
    }
  }
}
