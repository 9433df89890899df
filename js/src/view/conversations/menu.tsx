import type { JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Rest, SessionResource } from "../../rest";
import { toComposer } from "../focus";
import { Popup } from "../header/popup";
import { useRest, useSelect } from "../hooks";
import { Icon } from "../icons";
import { agents } from "../strings/agents-brief";
import { conversations } from "../strings/conversations";
import { useBegin } from "./new";
import { Row } from "./row";
import { type Switcher, useSwitcher } from "./switcher";

const PAUSE_MS = 200; // in typing, before it is searched

/** The notebook's conversations: search, switch, rename, delete. */
export function Conversations(): JSX.Element | null {
  const rest = useRest();
  const switcher = useSwitcher();
  const begin = useBegin();
  const notebook = useSelect((state) => state.notebook);
  if (rest === null || switcher === null || begin === null) {
    return null;
  }
  return (
    <Popup hook="conversations" label={conversations.menu} button={<Icon name="history" />}>
      {(close) => <List rest={rest} switcher={switcher} begin={begin} notebook={notebook} close={close} />}
    </Popup>
  );
}

interface ListProps {
  rest: Rest;
  switcher: Switcher;
  begin: () => Promise<void>;
  notebook: string;
  close: () => void;
}

function List({ rest, switcher, begin, notebook, close }: ListProps): JSX.Element {
  const [query, setQuery] = useState("");
  const [problem, setProblem] = useState("");
  const { found, again } = useFound(rest, notebook, query.trim());
  const shown = useSelect((state) => state.session);
  const tried = (work: Promise<unknown>) => work.then(() => setProblem(""), (error: Error) => setProblem(error.message)).then(again);
  const show = (session: string) => {
    close();
    switcher.show(session);
  };
  const create = ({ currentTarget }: { currentTarget: Element }) => {
    void tried(begin().then(() => toComposer(currentTarget)));
  };
  const remove = async (session: string) => {
    await rest.remove(session);
    if (session === shown) {
      const [next] = await rest.sessions(notebook, "", undefined, "workspace");
      await (next ? switcher.show(next.session_id) : begin());
    }
  };
  const making = found.sessions.filter(({ context }) => context === "agent-create");
  const row = (resource: SessionResource) => (
    <Row
      key={resource.session_id}
      resource={resource}
      shown={resource.session_id === shown}
      show={() => show(resource.session_id)}
      rename={(title) => void tried(rest.rename(resource.session_id, title))}
      remove={() => void tried(remove(resource.session_id))}
    />
  );
  return (
    <div class="jcw-conversations" role="group" aria-label={conversations.menu} onKeyDown={moved}>
      <div class="jcw-search">
        <Icon name="search" />
        <input
          class="jcw-line-input"
          data-jcw="search-conversations"
          type="search"
          aria-label={conversations.search}
          placeholder={conversations.search}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </div>
      <button type="button" class="jcw-conversation-new" data-jcw="new" data-move onClick={create}>
        <Icon name="plus" />
        {conversations.create}
      </button>
      {problem && (
        <p class="jcw-popup-note jcw-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="jcw-conversation-list">
        <ul aria-label={conversations.list}>{found.sessions.filter(({ context }) => context !== "agent-create").map(row)}</ul>
        {making.length > 0 && (
          <>
            <div class="jcw-label">{agents.beingMade}</div>
            <ul aria-label={agents.beingMade} data-jcw="being-made">
              {making.map(row)}
            </ul>
          </>
        )}
      </div>
      <p class="jcw-popup-note" role="status">
        {said(found, query.trim())}
      </p>
    </div>
  );
}

interface Found {
  sessions: readonly SessionResource[];
  state: "loading" | "failed" | "there";
}

/** The conversations in which `query` occurs; what was found before stays until then. */
function useFound(rest: Rest, notebook: string, query: string): { found: Found; again: () => void } {
  const [found, setFound] = useState<Found>({ sessions: [], state: "loading" });
  const load = useCallback(
    (signal?: AbortSignal) =>
      rest.sessions(notebook, query, signal).then(
        (all) => setFound({ sessions: all.filter(({ context }) => context !== "agent-try"), state: "there" }),
        () => signal?.aborted || setFound({ sessions: [], state: "failed" }),
      ),
    [rest, notebook, query],
  );
  useEffect(() => {
    const control = new AbortController();
    const timer = setTimeout(() => load(control.signal), query ? PAUSE_MS : 0);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [load, query]);
  return { found, again: () => void load() };
}

function said({ sessions, state }: Found, query: string): string {
  if (state === "there") {
    return sessions.length > 0 ? "" : query ? conversations.nothingFound(query) : conversations.none;
  }
  return state === "failed" ? conversations.failed : sessions.length > 0 ? "" : conversations.loading;
}

/** Arrow up and down go from one conversation to the next, and between the list and the search. */
function moved(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined && !(event.target as HTMLElement).matches(".jcw-title-field")) {
    const stops = [...list.querySelectorAll<HTMLElement>("input[type=search], [data-move]")];
    const row = (event.target as HTMLElement).closest("li")?.querySelector<HTMLElement>("[data-move]");
    event.preventDefault();
    stops[stops.indexOf(row ?? (event.target as HTMLElement)) + step]?.focus();
  }
}
