/**
 * The parts of the panel that are too large to be in every widget: a server brings them when they are first needed.
 *
 * A widget runs from a blob address, which nothing can be imported relative to; so each part is imported by its absolute
 * address in the server's static folder. Its file is named by its content, so a panel never runs another build's part.
 */
interface Parts {
  agents: typeof import("./parts/agents");
  diff: typeof import("./parts/diff");
  highlight: typeof import("./parts/highlight");
  languages: typeof import("./parts/languages");
  markdown: typeof import("./parts/markdown");
  math: typeof import("./parts/math");
  notebook: typeof import("./parts/notebook");
}

export type PartName = keyof Parts;

/** The address of each part within their folder; the build knows (parts.mjs). */
declare const JCW_PARTS: Readonly<Partial<Record<PartName, string>>>;

const FOLDER = "static/jupyter_claude_workspace/parts/";

// A part finds the others next to itself.
let folder = /\/parts\/[\w-]+\.js(\?|$)/.test(import.meta.url) ? new URL(".", import.meta.url) : null;

const pending = new Map<PartName, Promise<unknown>>();
const loaded = new Map<PartName, unknown>();
const failures = new Map<PartName, number>();

/**
 * Say which server brings the parts.
 * @param base its base URL, with a slash at the end
 */
export function partsFrom(base: URL): void {
  folder = new URL(FOLDER, base);
}

/**
 * A part of the panel; fetched once, and again by the next call where that failed.
 * @throws Error where there is no server, or it does not bring the part: go on without.
 */
export function part<Name extends PartName>(name: Name): Promise<Parts[Name]> {
  let promise = pending.get(name) as Promise<Parts[Name]> | undefined;
  if (!promise) {
    promise = load(name);
    pending.set(name, promise);
    promise.catch(() => pending.delete(name));
  }
  return promise;
}

/** The part, where it is already there. */
export function partIfLoaded<Name extends PartName>(name: Name): Parts[Name] | null {
  return (loaded.get(name) as Parts[Name] | undefined) ?? null;
}

async function load<Name extends PartName>(name: Name): Promise<Parts[Name]> {
  const file = JCW_PARTS[name];
  if (!folder || !file) throw new Error(`Nothing brings the part "${name}" to this page.`);
  const attempt = failures.get(name) ?? 0;
  const address = new URL(file, folder);
  if (attempt > 0) address.searchParams.set("attempt", `${attempt}`); // some browsers never ask again for what failed
  try {
    const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ address.href)) as Parts[Name];
    loaded.set(name, module);
    return module;
  } catch (error) {
    failures.set(name, attempt + 1);
    throw error;
  }
}
