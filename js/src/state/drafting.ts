import type { AgentDraft, AgentSaved, DraftFields } from "../protocol/frames.gen";
import type { Conversation } from "./conversation";

export type Field = keyof DraftFields;

/** The agent that is being made in this session. */
export interface Drafting {
  /** As the server has it. */
  readonly fields: DraftFields;
  /** What the person changed, until the server has confirmed it. */
  readonly mine: DraftFields;
  /** How often Claude changed something, and what it changed last. */
  readonly edits: number;
  readonly news: readonly Field[];
  /** The file that was written last. */
  readonly saved: AgentSaved | null;
}

export const NO_DRAFT: Drafting = { fields: {}, mine: {}, edits: 0, news: [], saved: null };

/** The draft is another one: what the person wrote stays until it is in there. */
export function drafted(state: Conversation, { fields, by }: AgentDraft): Conversation {
  const { drafting } = state;
  const news = by === "claude" ? keysOf(fields).filter((key) => !same(fields[key], drafting.fields[key])) : [];
  const mine = kept(drafting.mine, (key) => !same(fields[key], drafting.mine[key]));
  const told = news.length > 0 ? { news, edits: drafting.edits + 1 } : {};
  return { ...state, drafting: { ...drafting, ...told, fields, mine } };
}

/** The person changed these fields. */
export function edited(state: Conversation, fields: DraftFields): Conversation {
  const { drafting } = state;
  return { ...state, drafting: { ...drafting, mine: { ...drafting.mine, ...fields } } };
}

/** The server does not take these changes, as far as they have not been changed again. */
export function unedited(state: Conversation, fields: DraftFields): Conversation {
  const { drafting } = state;
  return { ...state, drafting: { ...drafting, mine: kept(drafting.mine, (key) => !(key in fields && same(fields[key], drafting.mine[key]))) } };
}

function kept(fields: DraftFields, wanted: (key: Field) => boolean): DraftFields {
  return Object.fromEntries(keysOf(fields).filter(wanted).map((key) => [key, fields[key]])) as DraftFields;
}

function keysOf(fields: DraftFields): Field[] {
  return Object.keys(fields) as Field[];
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
