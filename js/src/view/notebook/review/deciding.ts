import type { CellsAsk } from "../../../protocol/frames.gen";
import type { Reply } from "../../../session";
import { Store } from "../../../state/store";

type Change = CellsAsk["changes"][number];

/** What a person decided about one change. */
export interface Decision {
  readonly accept: boolean;
  /** With a rejection: words for Claude. */
  readonly message?: string;
}

export interface Decided {
  /** By the change's place in the proposal. */
  readonly decisions: ReadonlyMap<number, Decision>;
  /** Sources as the person wrote them instead. */
  readonly edits: ReadonlyMap<number, string>;
}

/** The decisions about one proposal, until they are sent together. */
export class Deciding {
  readonly store = new Store<Decided>({ decisions: new Map(), edits: new Map() });

  constructor(readonly changes: readonly Change[]) {}

  get complete(): boolean {
    return this.store.state.decisions.size === this.changes.length;
  }

  /** How many are not decided. */
  get open(): number {
    return this.changes.length - this.store.state.decisions.size;
  }

  /** Decide about a change; null: not any more. */
  decide(change: number, decision: Decision | null): void {
    this.store.update((state) => ({ ...state, decisions: changed(state.decisions, change, decision) }));
  }

  /** Write a source otherwise; null: as it was proposed. */
  edit(change: number, source: string | null): void {
    this.store.update((state) => ({ ...state, edits: changed(state.edits, change, source) }));
  }

  /** The answer; `rest` stands for what is not decided. */
  reply(rest: Decision): Reply {
    const { decisions, edits } = this.store.state;
    const changes = this.changes.map((change, index) => {
      const { accept, message } = decisions.get(index) ?? rest;
      const source = edits.get(index);
      const written = accept && source !== undefined && source !== change.source;
      return { change: index, accept, message: accept ? "" : (message ?? ""), ...(written && { source }) };
    });
    return { decision: changes.some(({ accept }) => accept) ? "allow" : "deny", changes };
  }

  /** Whether something is rejected already: then a rule that accepts everything would say otherwise. */
  get rejects(): boolean {
    return [...this.store.state.decisions.values()].some(({ accept }) => !accept);
  }
}

const MOST = 50; // questions
const KEPT = Symbol.for("jupyter-claude-workspace:deciding");

/**
 * The decisions about a question, one for all of the page: a change that is accepted in its cell is accepted in every panel too.
 * The panel of a cell and the plugin have copies of this code, so what they share lies with the page.
 */
export function decidingOf(question: string, changes: readonly Change[]): Deciding {
  const page = globalThis as { [KEPT]?: Map<string, Deciding> };
  page[KEPT] ??= new Map();
  const kept = page[KEPT];
  const found = kept.get(question) ?? new Deciding(changes);
  kept.set(question, found);
  if (kept.size > MOST) {
    kept.delete([...kept.keys()][0] ?? "");
  }
  return found;
}

function changed<T>(map: ReadonlyMap<number, T>, key: number, value: T | null): ReadonlyMap<number, T> {
  const made = new Map(map);
  if (value === null) {
    made.delete(key);
  } else {
    made.set(key, value);
  }
  return made;
}
