/** What this browser keeps between visits. Where it refuses (a store that is full or forbidden), nothing is kept and all goes on. */
export function kept(key: string): string | null {
  return tried(() => localStorage.getItem(key)) ?? null;
}

/** Keep `value` under `key`; null forgets it. */
export function keep(key: string, value: string | null): void {
  tried(() => (value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value)));
}

/** All keys that begin so. */
export function keptKeys(prefix: string): string[] {
  return tried(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix))) ?? [];
}

function tried<T>(how: () => T): T | undefined {
  try {
    return how(); // even reading `localStorage` throws where a frame may not store anything
  } catch {
    return undefined;
  }
}
