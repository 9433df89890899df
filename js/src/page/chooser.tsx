import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Rest, SessionResource } from "../rest";
import { when } from "../view/conversations/row";
import { Icon } from "../view/icons";
import { conversations } from "../view/strings/conversations";
import { pageStrings as strings } from "../view/strings/page";
import { Visible } from "../view/visible";
import { notebookUrl } from "./bar";

const SHOWN = 5; // conversations of a notebook; older ones fold

interface ChooserProps {
  rest: Rest;
  /** The address names a conversation that is not there. */
  gone: boolean;
  /** The notebook that comes first; empty where none is meant. */
  notebook: string;
  notebooks: string | null;
}

interface Found {
  sessions: readonly SessionResource[];
  problem: string | null;
  loaded: boolean;
}

/** All conversations of the server, by notebook; new every time that the page is looked at again. */
export function Chooser({ rest, gone, notebook, notebooks }: ChooserProps): JSX.Element {
  const [{ sessions, problem, loaded }, setFound] = useState<Found>({ sessions: [], problem: null, loaded: false });
  useEffect(() => {
    const load = () =>
      void rest.sessions(null).then(
        (found) => setFound({ sessions: found, problem: null, loaded: true }),
        (error: Error) => setFound((before) => ({ ...before, problem: error.message })),
      );
    const seen = () => document.hidden || load();
    load();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [rest]);
  const groups = byNotebook(sessions, notebook);
  return (
    <section class="jcw-panel jcw-fill jcw-chooser" data-jcw="chooser" data-loaded={loaded}>
      <h1>{gone ? strings.gone : strings.choose}</h1>
      {gone && <p class="jcw-dim">{strings.goneWhy}</p>}
      <div role="status" class="jcw-dim">
        {problem !== null && strings.failed(problem)}
        {problem === null && !loaded && strings.loading}
      </div>
      {loaded && groups.length === 0 && (
        <p>
          {strings.nothing} {strings.nothingRemedy}
        </p>
      )}
      {groups.map(([path, found]) => (
        <Group key={path} rest={rest} path={path} sessions={found} notebooks={notebooks} />
      ))}
      {notebooks !== null && (
        <p>
          <a class="jcw-button" data-jcw="jupyter" href={rest.server.base.pathname}>
            {strings.jupyter}
          </a>
        </p>
      )}
    </section>
  );
}

interface GroupProps {
  rest: Rest;
  path: string;
  sessions: readonly SessionResource[];
  notebooks: string | null;
}

/** The conversations of one notebook. */
function Group({ rest, path, sessions, notebooks }: GroupProps): JSX.Element {
  const [whole, setWhole] = useState(false);
  const [problem, setProblem] = useState("");
  const begin = () =>
    void rest.openSession({ notebook: path, new: true }).then(
      (made) => location.assign(made.page_url),
      (error: Error) => setProblem(strings.notBegun(error.message)),
    );
  const left = whole ? 0 : sessions.length - SHOWN;
  return (
    <section class="jcw-chooser-notebook" data-jcw="chooser-notebook">
      <h2>
        <Icon name="notebook" />
        {notebooks === null ? (
          <Visible text={path} />
        ) : (
          <a href={notebookUrl(notebooks, path)} title={strings.openNotebook(path)}>
            <Visible text={path} />
          </a>
        )}
      </h2>
      <ul>
        {sessions.slice(0, left > 0 ? SHOWN : undefined).map((resource) => (
          <Entry key={resource.session_id} resource={resource} />
        ))}
      </ul>
      <div class="jcw-acts">
        <button type="button" class="jcw-button" data-jcw="chooser-new" onClick={begin}>
          <Icon name="plus" />
          {conversations.create}
        </button>
        {left > 0 && (
          <button type="button" class="jcw-button" onClick={() => setWhole(true)}>
            {strings.more(left)}
          </button>
        )}
      </div>
      {problem && (
        <p class="jcw-problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

function Entry({ resource }: { resource: SessionResource }): JSX.Element {
  const { state, title, turns, modified, context, page_url: page } = resource;
  const words = state === "running" || state === "waiting" || state === "failed" ? conversations.states[state] : "";
  const facts = [words, strings.contexts[context], conversations.turns(turns), when(modified)].filter(Boolean);
  return (
    <li>
      <a class="jcw-chooser-entry" data-jcw="chooser-entry" data-session={resource.session_id} data-condition={state} href={page}>
        <span class="jcw-chooser-title">
          <Visible text={title || conversations.untitled} />
        </span>
        <span class="jcw-dim">{facts.join(" · ")}</span>
      </a>
    </li>
  );
}

/** Newest first, as the server lists them; the notebook that is meant before all others, also without any. */
function byNotebook(sessions: readonly SessionResource[], first: string): [string, SessionResource[]][] {
  const groups = new Map<string, SessionResource[]>(first ? [[first, []]] : []);
  for (const session of sessions) {
    groups.set(session.notebook, [...(groups.get(session.notebook) ?? []), session]);
  }
  return [...groups];
}
