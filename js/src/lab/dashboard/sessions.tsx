import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { SessionResource } from "../../rest";
import { useStore } from "../../view/hooks";
import { Icon } from "../../view/icons";
import { AlertsButton } from "./dashboard";
import { useAround } from "./around";
import { useFound } from "./found";
import { type Group, fileName, grouped } from "./grouping";
import { useRoving } from "./rove";
import { Row } from "./row";

const TICK_MS = 20_000; // ages are calm: they change by the minute

/** All sessions of the server: find, open, answer, rename, delete. */
export function Sessions(): JSX.Element {
  const { roster, strings } = useAround();
  const [query, setQuery] = useState("");
  const [problem, setProblem] = useState("");
  const wanted = query.trim();
  const { sessions, state } = useFound(wanted);
  const tried = useCallback(
    (work: Promise<unknown>) => void work.then(() => setProblem(""), (error: Error) => setProblem(error.message)).then(() => roster.load()),
    [roster],
  );
  return (
    <div class="jcw-dash-part jcw-dash-sessions" data-jcw="dash-sessions" data-loaded={state}>
      <Head count={sessions.length} />
      <div class="jcw-search">
        <Icon name="search" />
        <input
          class="jcw-line-input"
          data-jcw="dash-find"
          type="search"
          aria-label={strings.find}
          placeholder={strings.find}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </div>
      {problem !== "" && (
        <p class="jcw-dash-note jcw-problem" role="alert" data-jcw="dash-problem">
          {problem}
        </p>
      )}
      {state === "failed" && (
        <p class="jcw-dash-note jcw-problem" role="status">
          {strings.failed}
        </p>
      )}
      <List sessions={sessions} tried={tried} />
      <p class="jcw-dash-note" role="status">
        {state === "loading" && sessions.length === 0 && strings.loading}
        {state === "there" && sessions.length === 0 && (wanted ? strings.nothingFound(wanted) : strings.noSessions)}
      </p>
    </div>
  );
}

function Head({ count }: { count: number }): JSX.Element {
  const { roster, files, strings } = useAround();
  const refresh = () => {
    files.update((count) => count + 1);
    void roster.load();
  };
  return (
    <header class="jcw-dash-head">
      <h2>{strings.sessions}</h2>
      {count > 0 && <span class="jcw-dim">{count}</span>}
      <AlertsButton />
      <button type="button" class="jcw-plain" data-jcw="dash-refresh" aria-label={strings.refresh} title={strings.refresh} onClick={refresh}>
        <Icon name="again" />
      </button>
    </header>
  );
}

function List({ sessions, tried }: { sessions: readonly SessionResource[]; tried(work: Promise<unknown>): void }): JSX.Element {
  const { notebook } = useAround();
  const current = useStore(notebook, (path) => path);
  const now = useTick();
  const groups = useMemo(() => grouped(sessions, current), [sessions, current]);
  const only = groups.length === 1 && groups[0]?.kind === "notebook" && groups[0].notebook === current;
  const { list, ...moves } = useRoving<HTMLDivElement>();
  return (
    <div ref={list} {...moves}>
      {groups.map((group) => (
        <Together key={group.key} group={group} alone={only} now={now} tried={tried} />
      ))}
    </div>
  );
}

interface TogetherProps {
  group: Group;
  /** Whether there is nothing but the notebook in front: then its name goes without saying. */
  alone: boolean;
  now: number;
  tried(work: Promise<unknown>): void;
}

function Together({ group, alone, now, tried }: TogetherProps): JSX.Element {
  const { strings } = useAround();
  const [open, setOpen] = useState(true);
  const { kind, notebook, sessions } = group;
  const name = kind === "asking" ? strings.asking : kind === "making" ? strings.making : fileName(notebook) || strings.noNotebook;
  return (
    <div class="jcw-dash-group" data-jcw="dash-group" data-kind={kind}>
      {!alone && (
        <h3>
          <button type="button" class="jcw-dash-fold" aria-expanded={open} title={notebook || name} onClick={() => setOpen(!open)}>
            <span class="jcw-chevron">
              <Icon name="chevron" />
            </span>
            <Icon name={kind === "asking" ? "question" : kind === "making" ? "agent" : "notebook"} />
            <span class="jcw-dash-name">{name}</span>
            <span class="jcw-dim">{sessions.length}</span>
          </button>
        </h3>
      )}
      {(open || alone) && (
        <ul aria-label={name}>
          {sessions.map((resource) => (
            <Row key={resource.session_id} resource={resource} now={now} place={kind !== "notebook"} tried={tried} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** The time in milliseconds, renewed now and then while somebody looks. */
function useTick(): number {
  const { shown } = useAround();
  const visible = useStore(shown, (now) => now);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!visible) {
      return;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [visible]);
  return now;
}
