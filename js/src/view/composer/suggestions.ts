import { useEffect, useRef, useState } from "preact/hooks";
import type { Mention } from "../../drafts";
import type { FileHit, Offers } from "../../rest";
import { useRest, useSelect, useSession } from "../hooks";
import type { IconName } from "../icons";
import { usePart } from "../use-part";
import { useOwnCommands } from "./own-commands";
import { type Token, writtenPath } from "./token";

const DEBOUNCE_MS = 120;
const MOST = 50;

/** One line of the list: what it is, and what choosing it writes. */
export interface Suggestion {
  key: string;
  icon: IconName;
  label: string;
  /** After the label: what the command takes. */
  hint: string;
  description: string;
  written: string;
  /** Whether the text as it stands is this one already. */
  exact: boolean;
  /** What choosing it lets go along with the prompt. */
  mention?: Mention;
}

type Command = Offers["commands"][number];

/** What could complete the token; null while that is not known, "failed" where it cannot be. */
export function useSuggestions(token: Token | null): readonly Suggestion[] | "failed" | null {
  const own = useOwnCommands();
  const commands = useCommands(token?.kind === "command");
  const named = token?.kind === "file" ? token.query : null;
  const files = useFiles(named);
  const mentions = useMentions(named);
  if (token === null) {
    return null;
  }
  if (token.kind === "file") {
    return Array.isArray(files) ? [...mentions, ...(files as readonly FileHit[]).map(ofFile)] : mentions.length > 0 ? mentions : (files as "failed" | null);
  }
  if (!Array.isArray(commands)) {
    return commands as "failed" | null;
  }
  return matching([...own, ...(commands as readonly Command[])], token.query).map((command) => ofCommand(command, token.query));
}

/** The commands of the session, asked for when first needed. */
export function useCommands(wanted: boolean): readonly Command[] | "failed" | null {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const [commands, setCommands] = useState<readonly Command[] | "failed" | null>(null);
  const known = Array.isArray(commands);
  useEffect(() => {
    if (!wanted || known || rest === null || !session) {
      return;
    }
    const control = new AbortController();
    rest.offers(session, control.signal).then(
      (offers) => setCommands(offers.commands),
      () => control.signal.aborted || setCommands("failed"),
    );
    return () => control.abort();
  }, [wanted, known, rest, session]);
  return commands;
}

/** Files for what is written; the ones before stay, as far as they fit, until the new ones are there. */
function useFiles(query: string | null): readonly FileHit[] | "failed" | null {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const [found, setFound] = useState<{ query: string; files: readonly FileHit[] } | "failed" | null>(null);
  const first = useRef(true);
  useEffect(() => {
    if (query === null) {
      first.current = true;
      setFound(null);
      return;
    }
    if (rest === null || !session) {
      return;
    }
    const control = new AbortController();
    const ask = () =>
      rest.files(session, query, control.signal).then(
        (files) => setFound({ query, files: files.slice(0, MOST) }),
        () => control.signal.aborted || setFound("failed"),
      );
    const timer = setTimeout(ask, first.current ? 0 : DEBOUNCE_MS);
    first.current = false;
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [query, rest, session]);
  if (query === null || found === null) {
    return null;
  }
  if (found === "failed") {
    return found;
  }
  const written = query.toLowerCase();
  return found.query === query ? found.files : found.files.filter(({ path }) => path.toLowerCase().includes(written));
}

/** What of the notebook fits what is written; nothing until that is known. */
function useMentions(query: string | null): readonly Suggestion[] {
  const part = usePart("notebook");
  const rest = useRest();
  const session = useSession();
  const [found, setFound] = useState<readonly Suggestion[]>([]);
  useEffect(() => {
    if (query === null || part === null || rest === null) {
      setFound([]);
      return;
    }
    const control = new AbortController();
    const ask = () => part.suggest({ session, rest }, query, control.signal).then(setFound, () => {}); // files are offered all the same
    const timer = setTimeout(ask, query ? DEBOUNCE_MS : 0);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [query, part, rest, session]);
  return found;
}

/** Commands that begin with what is written first, then those that contain it. */
function matching(commands: readonly Command[], query: string): Command[] {
  const written = query.toLowerCase();
  const rank = ({ name, aliases }: Command) => {
    const names = [name, ...aliases].map((one) => one.toLowerCase());
    const ranks = [names[0] === written, names[0]?.startsWith(written), names.some((one) => one.startsWith(written)), names[0]?.includes(written)];
    const found = ranks.findIndex(Boolean);
    return found < 0 ? ranks.length : found;
  };
  return commands
    .map((command) => ({ command, rank: rank(command) }))
    .filter((one) => one.rank < 4)
    .sort((one, other) => one.rank - other.rank)
    .map(({ command }) => command);
}

function ofCommand({ name, description, argument_hint: hint, aliases }: Command, query: string): Suggestion {
  return { key: name, icon: "terminal", label: `/${name}`, hint, description, written: `/${name} `, exact: name === query || aliases.includes(query) };
}

function ofFile({ path, kind }: FileHit): Suggestion {
  const folder = kind === "folder";
  const label = folder && !path.endsWith("/") ? `${path}/` : path;
  return { key: path, icon: folder ? "folder" : "file", label, hint: "", description: "", written: writtenPath(path, folder), exact: false };
}
