import { keep, kept } from "../kept";

const KEY = "jcw:chosen";
const MOST = 50;

/** Which conversation a person wants to see beside a notebook, kept in this browser: by path, the oldest choice first. */
export class Chosen {
  of(notebook: string): string | null {
    return read().get(notebook) ?? null;
  }

  set(notebook: string, session: string): void {
    const all = read();
    all.delete(notebook);
    all.set(notebook, session);
    keep(KEY, JSON.stringify([...all].slice(-MOST)));
  }

  /** The notebook has another path now. */
  move(from: string, to: string): void {
    const session = this.of(from);
    if (session !== null) {
      const all = read();
      all.delete(from);
      all.set(to, session);
      keep(KEY, JSON.stringify([...all]));
    }
  }
}

function read(): Map<string, string> {
  try {
    const stored: unknown = JSON.parse(kept(KEY) ?? "[]");
    const pairs = Array.isArray(stored) ? stored : [];
    return new Map(pairs.filter((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string")));
  } catch {
    return new Map();
  }
}
