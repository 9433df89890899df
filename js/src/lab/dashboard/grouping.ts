import type { SessionResource } from "../../rest";

/** Sessions that are shown together. */
export interface Group {
  key: string;
  /** Those with open questions; those of a notebook; those in which agents are made. */
  kind: "asking" | "notebook" | "making";
  /** Path of the notebook; empty for the other kinds. */
  notebook: string;
  sessions: readonly SessionResource[];
}

/**
 * The sessions as a person looks for them: what waits for an answer first, with what waits longest at its top; then by
 * notebook, `current` first and the others by their newest session; last, what serves the making of agents.
 */
export function grouped(sessions: readonly SessionResource[], current: string): Group[] {
  const newest = [...sessions].sort((one, other) => compare(other.modified, one.modified));
  const asking = newest.filter(({ questions }) => questions > 0).reverse();
  const quiet = newest.filter(({ questions }) => questions === 0);
  const making = quiet.filter(({ context }) => context !== "workspace");
  const notebooks = new Map<string, SessionResource[]>();
  for (const session of quiet.filter(({ context }) => context === "workspace")) {
    notebooks.set(session.notebook, [...(notebooks.get(session.notebook) ?? []), session]);
  }
  const groups: Group[] = [...notebooks].map(([notebook, own]) => ({ key: `in:${notebook}`, kind: "notebook", notebook, sessions: own }));
  groups.sort((one, other) => Number(other.notebook === current) - Number(one.notebook === current)); // stable: the rest keeps its order
  return [
    { key: "asking", kind: "asking" as const, notebook: "", sessions: asking },
    ...groups,
    { key: "making", kind: "making" as const, notebook: "", sessions: making },
  ].filter((group) => group.sessions.length > 0);
}

/** Whether a session's title or notebook holds the words, whatever their case. */
export function named(session: SessionResource, query: string): boolean {
  const wanted = query.toLowerCase();
  return `${session.title}\n${session.notebook}`.toLowerCase().includes(wanted);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
