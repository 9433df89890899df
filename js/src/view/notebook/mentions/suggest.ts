import type { Mention } from "../../../drafts";
import type { Host } from "../host";
import type { Suggestion } from "../../composer/suggestions";
import type { IconName } from "../../icons";
import { mentionStrings as strings } from "../../strings/mentions";
import { hereOf } from "./here";

const MOST_UNASKED = 6; // of each kind, while nothing but the @ is written: files come after them
const MOST = 30;

/** What of a notebook may be mentioned, as the server lists it. */
interface Mentionable {
  cells: { cell: string; place: number; count: number | null; line: string; error: string | null }[];
  variables: { name: string; type: string; about: string }[];
  busy: boolean;
}

/** What of the notebook fits what is written after an @. */
export async function suggest({ session, rest }: Host, query: string, signal: AbortSignal): Promise<Suggestion[]> {
  const { session: id } = session.store.state;
  if (rest === null || !id) {
    return [];
  }
  const search = new URLSearchParams({ query });
  const path = `api/sessions/${encodeURIComponent(id)}/mentions?${search}`;
  const { cells, variables } = await rest.request<Mentionable>("GET", path, undefined, signal);
  const most = query ? MOST : MOST_UNASKED;
  const written = query.toLowerCase();
  const failed = cells.filter(({ error }) => error !== null && ("error".startsWith(written) || error.toLowerCase().includes(written)));
  const here = current(session, query, cells);
  const mentioned = new Set(here.map(({ key }) => key));
  return [
    ...here,
    ...failed.slice(-most).reverse().map(ofError),
    ...variables.slice(0, most).map(ofVariable),
    ...cells.slice(-most).map((cell) => ofCell(cell)).filter(({ key }) => !mentioned.has(key)),
  ];
}

/** The cell that the person is in, and what they have selected there. */
function current(session: Host["session"], query: string, cells: Mentionable["cells"]): Suggestion[] {
  const here = hereOf(session).state;
  const wanted = (word: string) => word.startsWith(query.toLowerCase());
  if (!here) {
    return [];
  }
  const { cell, label, selection } = here;
  const name = strings.selection(short(label));
  const found = cells.find((each) => each.cell === cell);
  return [
    ...(selection && wanted("selection") ? [made("notebook", name, strings.aboutSelection, strings.writtenSelection, { kind: "selection", cell, text: selection, label: name })] : []),
    ...(found && wanted("cell") ? [ofCell(found, strings.aboutCurrent)] : []),
  ];
}

function ofCell(cell: Mentionable["cells"][number], about = strings.aboutCell): Suggestion {
  const label = strings.named(callOf(cell), cell.line);
  return made("notebook", label, about, strings.writtenCell(callOf(cell)), { kind: "cell", cell: cell.cell, label });
}

function ofError(cell: Mentionable["cells"][number]): Suggestion {
  const label = strings.error(cell.error ?? "", callOf(cell));
  return made("alert", label, strings.aboutError, strings.writtenError(callOf(cell)), { kind: "error", cell: cell.cell, label });
}

function ofVariable({ name, type, about }: Mentionable["variables"][number]): Suggestion {
  return { ...made("list", name, about, `${name} `, { kind: "variable", name }), hint: type };
}

function made(icon: IconName, label: string, description: string, written: string, mention: Mention): Suggestion {
  const key = `${mention.kind} ${"cell" in mention ? mention.cell : mention.name}`;
  return { key, icon, label, hint: "", description, written, exact: false, mention };
}

function callOf({ count, place }: Mentionable["cells"][number]): string {
  return count ? strings.run(count) : strings.cell(place);
}

/** Of a cell's name, what stands before its first line. */
function short(label: string): string {
  return /^(\[\d+\]|Cell \d+)/.exec(label)?.[0] ?? label;
}
