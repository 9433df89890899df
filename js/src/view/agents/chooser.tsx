import type { JSX } from "preact";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type AgentResource, Agents } from "../../agents";
import type { Rest } from "../../rest";
import { useSwitcher } from "../conversations/switcher";
import { useLoaded } from "../header/offers";
import { useRest, useSelect, useSession } from "../hooks";
import { Icon } from "../icons";
import { agents as strings } from "../strings/agents";
import { Visible } from "../visible";
import { drawInto, type Host } from "./host";
import { showSession } from "./run-here";

/** Put the list of agents into `element`; `done` closes what it is in. Returns how to take it away again. */
export function mountPicker(element: HTMLElement, host: Host, done: () => void): () => void {
  return drawInto(element, host, <Chooser done={done} />);
}

function Chooser({ done }: { done: () => void }): JSX.Element | null {
  const rest = useRest();
  return rest && <List rest={rest} done={done} />;
}

function List({ rest, done }: { rest: Rest; done: () => void }): JSX.Element {
  const session = useSession();
  const switcher = useSwitcher();
  const notebook = useSelect((state) => state.notebook);
  const chosen = useSelect((state) => state.settings?.agent ?? null);
  const agents = useMemo(() => new Agents(rest, notebook), [rest, notebook]);
  const found = useLoaded(useCallback((signal: AbortSignal) => agents.list(signal), [agents]));
  const loaded = found.kind === "there";
  const [problem, setProblem] = useState("");
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const now = document.activeElement;
    const untouched = now?.matches("[role=dialog], [data-jcw=agent-none]") && (now.contains(list.current) || list.current?.contains(now));
    if (loaded && untouched) {
      list.current?.querySelector<HTMLElement>("[aria-current=true]")?.focus();
    }
  }, [loaded]);
  const choose = (resource: AgentResource | null) => {
    done();
    if (resource === null || resource.accepted) {
      session.configure({ agent: resource?.name ?? null });
    } else {
      session.review(resource.name);
    }
  };
  const make = (agent: string | null) => {
    setProblem("");
    agents.createSession(agent).then(
      (made) => {
        done();
        showSession(rest, switcher, made.session_id, made.page_url);
      },
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <div class="jcw-agents" role="group" aria-label={strings.listed} ref={list} onKeyDown={moved}>
      <ul class="jcw-agent-list">
        <li class="jcw-agent-row">
          <button type="button" class="jcw-agent-open" data-jcw="agent-none" data-move aria-current={chosen === null} onClick={() => choose(null)}>
            <Name name={strings.none} chosen={chosen === null} />
            <span class="jcw-dim">{strings.noneAbout}</span>
          </button>
        </li>
        {found.kind === "there" &&
          found.value.map((resource) => (
            <Row key={resource.name} resource={resource} chosen={resource.name === chosen} choose={() => choose(resource)} edit={() => make(resource.name)} />
          ))}
      </ul>
      <p class="jcw-popup-note" role="status">
        {found.kind === "loading" ? strings.loading : found.kind === "failed" ? strings.listFailed : found.value.length === 0 ? strings.nobody : ""}
      </p>
      {problem && (
        <p class="jcw-popup-note jcw-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="button" class="jcw-conversation-new" data-jcw="agent-new" data-move onClick={() => make(null)}>
        <Icon name="plus" />
        {strings.makeAnother}
      </button>
    </div>
  );
}

interface RowProps {
  resource: AgentResource;
  chosen: boolean;
  choose: () => void;
  edit: () => void;
}

function Row({ resource, chosen, choose, edit }: RowProps): JSX.Element {
  const { name, agent, problem, accepted, read_only: readOnly } = resource;
  const usable = agent !== null && problem === null;
  return (
    <li class="jcw-agent-row" data-jcw="agent-row" data-name={name}>
      <button
        type="button"
        class="jcw-agent-open"
        data-jcw="agent-choose"
        data-move
        aria-current={chosen}
        aria-disabled={!usable}
        onClick={() => usable && choose()}
      >
        <Name name={name} chosen={chosen} />
        {agent && (
          <span class="jcw-dim jcw-snippet">
            <Visible text={agent.description} />
          </span>
        )}
        {problem && (
          <span class="jcw-agent-problem">
            <Visible text={[problem.text, problem.remedy].filter(Boolean).join(" ")} />
          </span>
        )}
        {usable && !accepted && <span class="jcw-agent-mark">{strings.unreviewed}</span>}
        {readOnly && <span class="jcw-agent-mark">{strings.newer}</span>}
      </button>
      {usable && !readOnly && (
        <button type="button" class="jcw-plain" data-jcw="agent-edit" aria-label={strings.editIt(name)} title={strings.edit} onClick={edit}>
          <Icon name="edit" />
        </button>
      )}
    </li>
  );
}

function Name({ name, chosen }: { name: string; chosen: boolean }): JSX.Element {
  return (
    <span class="jcw-agent-name">
      <Visible text={name} />
      {chosen && <Icon name="check" />}
    </span>
  );
}

/** Arrow up and down go from one entry to the next. */
function moved(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined) {
    const list = event.currentTarget as HTMLElement;
    const stops = [...list.querySelectorAll<HTMLElement>("[data-move]")];
    const row = (event.target as HTMLElement).closest("li")?.querySelector<HTMLElement>("[data-move]");
    event.preventDefault();
    stops[stops.indexOf(row ?? (event.target as HTMLElement)) + step]?.focus();
  }
}
