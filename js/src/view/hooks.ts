import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { Rest } from "../rest";
import type { Session } from "../session";
import type { Conversation } from "../state/conversation";
import type { Store } from "../state/store";

export const SessionContext = createContext<Session | null>(null);

export const RestContext = createContext<Rest | null>(null);

/** The server's REST side; null where the page cannot reach one. */
export function useRest(): Rest | null {
  return useContext(RestContext);
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) {
    throw new Error("a part of the panel was mounted outside of it");
  }
  return session;
}

// A page may hold this module several times: in a widget, in the Lab plugin and in a part.
const COPY = Math.random().toString(36).slice(2, 8);
let given = 0;

/** An id for the document. Preact's own begin anew in each panel, and in each part of one. */
export function useUniqueId(): string {
  const [id] = useState(() => {
    given += 1;
    return `jcw-${COPY}-${given}`;
  });
  return id;
}

/** A part of the conversation; the component renders again only when that part is another one. */
export function useSelect<T>(select: (state: Conversation) => T): T {
  return useStore(useSession().store, select);
}

/** A part of what a store holds; the component renders again only when that part is another one. */
export function useStore<S, T>(store: Store<S>, select: (state: S) => T): T {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const value = select(store.state);
  const latest = useRef({ select, value });
  latest.current = { select, value };
  useLayoutEffect(() => {
    const compare = () => {
      if (!Object.is(latest.current.select(store.state), latest.current.value)) {
        again(undefined);
      }
    };
    compare(); // something may have changed between rendering and here
    return store.subscribe(compare);
  }, [store]);
  return value;
}

/** The time in milliseconds, renewed every second while `active`. */
export function useNow(active: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!active) {
      return;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}

const ARMING_MS = 300;

/**
 * Whether a click may be taken for an answer: false for a moment after `key` changed and after the window came to the
 * front, so that nobody grants something with a click that was meant for what was there before.
 */
export function useArmed(key: string): () => boolean {
  const since = useRef(Number.POSITIVE_INFINITY);
  const shown = useRef("");
  useLayoutEffect(() => {
    shown.current = key;
    since.current = performance.now();
    const disarm = () => {
      since.current = performance.now();
    };
    window.addEventListener("focus", disarm);
    document.addEventListener("visibilitychange", disarm);
    return () => {
      window.removeEventListener("focus", disarm);
      document.removeEventListener("visibilitychange", disarm);
    };
  }, [key]);
  return () => shown.current === key && performance.now() - since.current >= ARMING_MS;
}
