import { useEffect, useState } from "preact/hooks";
import type { SessionResource } from "../../rest";
import { useStore } from "../../view/hooks";
import { useAround } from "./around";
import { named } from "./grouping";
import type { Known } from "./roster";

const PAUSE_MS = 200; // in typing, before it is searched

/**
 * The sessions in which `query` occurs: in their title or their notebook's path, which is known here, and in what was said
 * in them, which the server looks up. All of them where there is no query.
 */
export function useFound(query: string): Known {
  const { rest, roster } = useAround();
  const known = useStore(roster.store, (now) => now);
  const [said, setSaid] = useState<{ query: string; sessions: readonly SessionResource[] }>({ query: "", sessions: [] });
  useEffect(() => {
    if (query === "") {
      return;
    }
    const control = new AbortController();
    const ask = () =>
      rest.sessions(null, query, control.signal).then(
        (sessions) => setSaid({ query, sessions }),
        () => control.signal.aborted || setSaid({ query, sessions: [] }),
      );
    const timer = setTimeout(ask, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [rest, query]);
  if (query === "") {
    return known;
  }
  const snippets = new Map(said.query === query ? said.sessions.map((session) => [session.session_id, session.snippet]) : []);
  const sessions = known.sessions
    .filter((session) => snippets.has(session.session_id) || named(session, query))
    .map((session) => withSnippet(session, snippets.get(session.session_id)));
  const searching = said.query !== query && sessions.length === 0;
  return { sessions, state: searching && known.state === "there" ? "loading" : known.state };
}

function withSnippet(session: SessionResource, snippet: string | undefined): SessionResource {
  return snippet === undefined ? session : { ...session, snippet };
}
