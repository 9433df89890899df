import type { Rest } from "../../../rest";

/** A cell as a person knows it: by its place and how it begins. */
export interface NamedCell {
  cell: string;
  place: number | null;
  line: string;
}

/** What came of undoing, doing again or restoring. */
export interface Outcome {
  turn: string;
  undone: boolean;
  restored: NamedCell[];
  left: (NamedCell & { why: "changed" | "gone" | "ran" | "moved" | "running" | "damaged" })[];
}

/** A state of the notebook that is kept. */
export interface Entry {
  snapshot: number;
  turn: string;
  kind: "turn" | "end" | "restore";
  at: number;
  prompt: string;
  cells: number;
  changed: number;
  undone: boolean;
  bytes: number;
}

/** A cell of it, then and now. */
export interface ComparedCell {
  cell: string;
  cell_type: string;
  difference: "same" | "changed" | "outputs" | "moved" | "removed" | "added";
  place: number;
  then: string | null;
  now: string | null;
}

/** Such a state beside the notebook as it is. */
export interface Compared {
  cells: ComparedCell[];
  damaged: string[];
}

/** The past of one session's notebook, on the server. */
export class Past {
  readonly #path: string;

  constructor(
    readonly rest: Rest,
    session: string,
  ) {
    this.#path = `api/sessions/${encodeURIComponent(session)}`;
  }

  async entries(signal?: AbortSignal): Promise<Entry[]> {
    return (await this.rest.request<{ entries: Entry[] }>("GET", `${this.#path}/timeline`, undefined, signal)).entries;
  }

  compared(snapshot: number, signal?: AbortSignal): Promise<Compared> {
    return this.rest.request("GET", `${this.#path}/timeline/${snapshot}`, undefined, signal);
  }

  restore(snapshot: number): Promise<Outcome> {
    return this.rest.request("POST", `${this.#path}/timeline/${snapshot}/restore`, {});
  }

  undo(turn: string, redo: boolean): Promise<Outcome> {
    return this.rest.request("POST", `${this.#path}/turns/${encodeURIComponent(turn)}/undo`, { redo });
  }
}
