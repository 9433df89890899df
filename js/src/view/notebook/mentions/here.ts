import { askHost, type Here } from "../../../host";
import { keep, kept } from "../../../kept";
import type { Session } from "../../../session";
import { Store } from "../../../state/store";

const KEY = "jcw:current-cell";

/** Whether the cell that the person is in goes along with what they ask; of all panels of this browser. */
export const goesAlong = new Store<boolean>(kept(KEY) === "yes");

export function letGoAlong(wanted: boolean): void {
  goesAlong.update(() => wanted);
  keep(KEY, wanted ? "yes" : null);
}

/** Where the person is in the notebook; undefined: this page knows nothing of notebooks. */
export type Whereabouts = Here | null | undefined;

const known = new WeakMap<Session, Store<Whereabouts>>();

export function hereOf(session: Session): Store<Whereabouts> {
  const found = known.get(session) ?? new Store<Whereabouts>(undefined);
  known.set(session, found);
  return found;
}

/** Learn from the page around `element` where the person is, and let that go along where they wish it; returns how to stop. */
export function follow(element: Element, session: Session): () => void {
  const here = hereOf(session);
  const control = new AbortController();
  const { signal } = control;
  let asked: string | null = null;
  const ask = () => {
    const { notebook } = session.store.state;
    if (notebook && notebook !== asked) {
      asked = notebook;
      askHost(element, "here", { notebook, signal, tell: (now) => here.update(() => now) });
    }
  };
  const along = () => {
    const now = here.state;
    const { cell, label, selection } = now ?? { cell: "", label: "", selection: "" };
    const mentions = [{ kind: "cell" as const, cell, label }, ...(selection ? [{ kind: "selection" as const, cell, label, text: selection }] : [])];
    session.draft.goAlong(now && goesAlong.state ? mentions : []);
  };
  ask();
  along();
  const stops = [session.store.subscribe(ask), here.subscribe(along), goesAlong.subscribe(along)];
  return () => {
    control.abort();
    for (const stop of stops) {
      stop();
    }
  };
}
