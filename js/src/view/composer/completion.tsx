import type { JSX, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useSession, useUniqueId } from "../hooks";
import { Icon } from "../icons";
import { composerStrings as strings } from "../strings/composer";
import { insert } from "./insert";
import { type Suggestion, useSuggestions } from "./suggestions";
import { type Token, tokenAt } from "./token";

export interface Completion {
  /** Takes a key that belongs to the open list; false: it is somebody else's. */
  pressed(event: KeyboardEvent): boolean;
  /** The caret may have moved. */
  moved(): void;
  /** The writing is left. */
  left(): void;
  /** For the text field; a field of several lines may not be a combobox, and says the same by these. */
  aria: JSX.IntrinsicElements["textarea"];
  list: JSX.Element | null;
}

/** Completes commands and files in a text field. */
export function useCompletion(area: RefObject<HTMLTextAreaElement | null>): Completion {
  const id = useUniqueId();
  const { draft } = useSession();
  const [token, setToken] = useState<Token | null>(null);
  const [refused, setRefused] = useState<number | null>(null); // where a list was closed with Escape
  const [active, setActive] = useState(0);
  const wanted = token !== null && token.from !== refused ? token : null;
  const found = useSuggestions(wanted);
  const items = Array.isArray(found) ? (found as readonly Suggestion[]) : [];
  const index = Math.min(active, items.length - 1);
  const current = items[index];

  const moved = () => {
    const field = area.current;
    const next = field && field.selectionStart === field.selectionEnd ? tokenAt(field.value, field.selectionStart) : null;
    if (next?.kind !== token?.kind || next?.query !== token?.query || next?.from !== token?.from) {
      setToken(next);
      setActive(0);
    }
    if (next === null) {
      setRefused(null);
    }
  };
  const choose = ({ written, mention }: Suggestion) => {
    if (area.current && token) {
      insert(area.current, token.from, token.to, written);
    }
    if (mention) {
      draft.mention([...draft.store.state.mentions, mention]);
    }
  };
  const pressed = (event: KeyboardEvent) => {
    const how = current && wanted && actionOf(event, current);
    if (!how) {
      return false;
    }
    event.preventDefault();
    if (how === "choose") {
      choose(current);
    } else if (how === "close") {
      event.stopPropagation();
      setRefused(wanted.from);
    } else {
      setActive((now) => (Math.min(now, items.length - 1) + how + items.length) % items.length);
    }
    return true;
  };
  const open = wanted !== null && (items.length > 0 || found === "failed");
  return {
    pressed,
    moved,
    left: () => setToken(null),
    aria: {
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      ...(current && { "aria-controls": id, "aria-activedescendant": `${id}-${index}` }),
    },
    list: open ? <List id={id} label={labelOf(wanted)} items={items} index={index} choose={choose} point={setActive} /> : null,
  };
}

function labelOf({ kind }: Token): string {
  return kind === "file" ? strings.files : strings.commands;
}

/** What a key does with the list: a step, or choosing, or closing it; null: it is not for the list. */
function actionOf(event: KeyboardEvent, current: Suggestion): 1 | -1 | "choose" | "close" | null {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
    return null;
  }
  switch (event.key) {
    case "ArrowDown":
      return 1;
    case "ArrowUp":
      return -1;
    case "Tab":
      return "choose";
    case "Enter":
      return current.exact ? null : "choose"; // a command that is there already is sent
    case "Escape":
      return "close";
    default:
      return null;
  }
}

interface ListProps {
  id: string;
  label: string;
  items: readonly Suggestion[];
  index: number;
  choose(item: Suggestion): void;
  point(index: number): void;
}

function List({ id, label, items, index, choose, point }: ListProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[index]?.scrollIntoView?.({ block: "nearest" });
  }, [index]);
  return (
    <div class="jcw-completion">
      <div ref={list} role="listbox" id={id} aria-label={label} data-jcw="completion" class="jcw-completion-list">
        {items.map((item, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text field keeps the focus and takes the keys of the list
          <div
            key={item.key}
            id={`${id}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === index}
            data-jcw="suggestion"
            class="jcw-suggestion"
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => point(place)}
            onClick={() => choose(item)}
          >
            <Icon name={item.icon} />
            <span class="jcw-suggestion-label">{item.label}</span>
            {item.hint && <span class="jcw-dim jcw-suggestion-hint">{item.hint}</span>}
            {item.description && <span class="jcw-dim jcw-suggestion-about">{item.description}</span>}
          </div>
        ))}
      </div>
      {items.length === 0 && <div class="jcw-dim">{strings.noSuggestions}</div>}
      <div class="jcw-hidden" role="status">
        {items.length > 0 && strings.found(items.length)}
      </div>
    </div>
  );
}
