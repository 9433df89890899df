import { createContext } from "preact";
import { useContext, useLayoutEffect, useMemo, useReducer } from "preact/hooks";
import type { Conversation } from "../state/conversation";
import type { Store } from "../state/store";
import { Finder } from "./find/finder";
import { Folds } from "./folds";
import { Viewport } from "./scroll/viewport";

/** How one person reads a conversation: where, what is unfolded, and what they look for. */
export class Reading {
  readonly folds = new Folds();
  readonly viewport: Viewport;
  readonly finder: Finder;

  constructor(store: Store<Conversation>) {
    this.viewport = new Viewport(store);
    this.finder = new Finder(store, this.viewport, this.folds);
  }
}

export const ReadingContext = createContext<Reading | null>(null);

/** A reader's place in the conversation of `store`, as long as that is the one that is shown. */
export function useNewReading(store: Store<Conversation>): Reading {
  return useMemo(() => new Reading(store), [store]);
}

export function useReading(): Reading {
  const reading = useContext(ReadingContext);
  if (reading === null) {
    throw new Error("a part of the panel was mounted outside of it");
  }
  return reading;
}

/** Whether the part `key` is unfolded, and how to change that. `initially`: as long as nobody has. */
export function useFold(key: string, initially = false): [boolean, (open: boolean) => void] {
  const { folds } = useReading();
  const open = useValue((reader) => folds.subscribe(reader), () => folds.get(key) ?? initially);
  return [open, (wanted) => folds.set(key, wanted)];
}

/** Something that is kept outside of the components; they render again when it is another value. */
export function useValue<T>(subscribe: (reader: () => void) => () => void, read: () => T): T {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const value = read();
  useLayoutEffect(() => {
    let last = value;
    const look = () => {
      const now = read();
      if (!Object.is(now, last)) {
        last = now;
        again(undefined);
      }
    };
    look();
    return subscribe(look);
  });
  return value;
}
