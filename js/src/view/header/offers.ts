import { useEffect, useMemo, useState } from "preact/hooks";
import type { Offers } from "../../rest";
import { useRest, useSelect } from "../hooks";

export type Loaded<T> = { kind: "loading" } | { kind: "failed" } | { kind: "there"; value: T };

/** What a request brought; it is made anew when `load` is another one, and not at all where it is null. */
export function useLoaded<T>(load: ((signal: AbortSignal) => Promise<T>) | null): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: load === null ? "failed" : "loading" });
  useEffect(() => {
    const control = new AbortController();
    load?.(control.signal).then(
      (value) => setLoaded({ kind: "there", value }),
      () => control.signal.aborted || setLoaded({ kind: "failed" }),
    );
    return () => control.abort();
  }, [load]);
  return loaded;
}

/** What may be chosen in the session that is shown. */
export function useOffers(): Loaded<Offers> {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  return useLoaded(useMemo(() => rest && ((signal: AbortSignal) => rest.offers(session, signal)), [rest, session]));
}
