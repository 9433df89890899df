import type { Agent } from "../../agents";
import type { DraftFields } from "../../protocol/frames.gen";
import type { Drafting, Field } from "../../state/drafting";

export const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** In the order in which people think of them. */
export const FIELDS: readonly Field[] = [
  "name", "description", "prompt", "tools", "disallowed_tools", "model", "effort", "max_turns", "color", "starters",
];
const NEEDED = ["name", "description", "prompt"] as const;

/** The draft as the person sees it: with their own changes, also those that the server does not know yet. */
export function fieldsOf({ fields, mine }: Drafting): DraftFields {
  return { ...fields, ...mine };
}

/** What a draft needs before it can be saved. */
export function missingIn(fields: DraftFields): (typeof NEEDED)[number][] {
  return NEEDED.filter((field) => !fields[field]?.trim());
}

/** A name that follows the rule, made from one that does not; empty where nothing of it can be kept. */
export function nameFrom(text: string): string {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
  return plain.replace(/^[^a-z0-9]+/, "").slice(0, 64).replace(/[-_]+$/, "");
}

/** The fields in which two of them say something else. */
export function differences(one: DraftFields | Agent, other: DraftFields | Agent): Field[] {
  return FIELDS.filter((field) => !sameValue(field, one[field], other[field]));
}

/** Of an empty list and none, only the tools tell the difference: no tools, and all of them. */
export function sameValue(field: Field, one: unknown, other: unknown): boolean {
  return JSON.stringify(normal(field, one)) === JSON.stringify(normal(field, other));
}

function normal(field: Field, value: unknown): unknown {
  const empty = value === undefined || value === "" || (field !== "tools" && Array.isArray(value) && value.length === 0);
  return empty ? null : value;
}

/** The agent's own fields, as a draft. */
export function draftOf(agent: Agent): DraftFields {
  return Object.fromEntries(FIELDS.map((field) => [field, agent[field]])) as DraftFields;
}
