import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { SessionResource } from "../../rest";
import type { SessionState } from "../../state/conversation";
import { TitleField } from "../../view/conversations/title";
import { useArmed } from "../../view/hooks";
import { Icon, type IconName, Spinner } from "../../view/icons";
import { memo } from "../../view/memo";
import { ago, memory, moment } from "./amounts";
import { AnswerCard } from "./answer";
import { useAround } from "./around";
import { fileName } from "./grouping";

interface RowProps {
  resource: SessionResource;
  now: number;
  /** Whether to say which notebook it belongs to. */
  place: boolean;
  tried(work: Promise<unknown>): void;
}

/** One session of the list. */
export const Row = memo(({ resource, now, place, tried }: RowProps): JSX.Element => {
  const { rest, strings } = useAround();
  const [act, setAct] = useState<"rename" | "remove" | "answer" | null>(null);
  const title = resource.title || strings.untitled;
  const back = () => setAct(null);
  const facts = { "data-jcw": "dash-session", "data-row": resource.session_id, "data-session": resource.session_id, "data-state": resource.state };
  if (act === "rename") {
    const done = (changed: string | null) => {
      back();
      if (changed !== null) {
        tried(rest.rename(resource.session_id, changed));
      }
    };
    return (
      <li class="jcw-dash-row" {...facts} ref={(row) => row?.querySelector("input")?.focus()}>
        <TitleField title={resource.title} done={done} />
      </li>
    );
  }
  if (act === "remove") {
    const remove = () => tried(rest.remove(resource.session_id));
    return (
      <li class="jcw-dash-row" {...facts}>
        <Removal resource={resource} title={title} keep={back} remove={remove} />
      </li>
    );
  }
  const pressed = (event: KeyboardEvent) => {
    const wanted = ({ F2: "rename", Delete: "remove" } as const)[event.key];
    if (wanted && (event.target as HTMLElement).closest("[data-move]")) {
      event.preventDefault();
      setAct(wanted);
    }
  };
  const answering = act === "answer";
  return (
    <li class="jcw-dash-row" {...facts} onKeyDown={pressed}>
      <Opener resource={resource} title={title} now={now} place={place} />
      {(resource.questions > 0 || answering) && (
        <Asked
          label={strings.answer(resource.questions, title)}
          count={resource.questions}
          shown={answering}
          press={() => setAct(answering ? null : "answer")}
        />
      )}
      <span class="jcw-dash-acts">
        <RowAct hook="dash-rename" label={strings.renameIt(title)} title={strings.rename} icon="edit" press={() => setAct("rename")} />
        <RowAct hook="dash-delete" label={strings.removeIt(title)} title={strings.remove} icon="trash" press={() => setAct("remove")} />
      </span>
      {answering && <AnswerCard resource={resource} close={back} />}
    </li>
  );
});

/** How many questions wait; a press shows them. */
function Asked({ label, count, shown, press }: { label: string; count: number; shown: boolean; press(): void }): JSX.Element {
  return (
    <button
      type="button"
      class="jcw-dash-count"
      data-jcw="dash-answer"
      data-act
      tabIndex={-1}
      aria-expanded={shown}
      aria-label={label}
      title={label}
      onClick={press}
    >
      <Icon name="question" />
      {count}
    </button>
  );
}

/** What the row says, which opens the session when it is pressed. */
function Opener({ resource, title, now, place }: { resource: SessionResource; title: string; now: number; place: boolean }): JSX.Element {
  const { openSession, strings } = useAround();
  const { created, modified, state, context, queued } = resource;
  const held = resource.memory == null ? "" : memory(resource.memory);
  return (
    <button
      type="button"
      class="jcw-dash-open"
      data-jcw="dash-open"
      data-move
      tabIndex={-1}
      aria-keyshortcuts="F2 Delete"
      title={`${strings.open(title)}\n${strings.times(moment(created), moment(modified))}`}
      onClick={() => openSession(resource.session_id)}
    >
      <Condition state={state} />
      <span class="jcw-dash-words">
        <span class="jcw-dash-title">{title}</span>
        <span class="jcw-dash-facts">
          <span class="jcw-dash-state">{strings.states[state]}</span>
          {context !== "workspace" && <span>{strings.contexts[context]}</span>}
          {place && resource.notebook !== "" && <span class="jcw-dash-name">{fileName(resource.notebook)}</span>}
          {queued > 0 && <span>{strings.queued(queued)}</span>}
          <time dateTime={modified}>{ago(modified, now)}</time>
          {held !== "" && <span title={strings.memory(held)}>{held}</span>}
        </span>
        {resource.snippet && <span class="jcw-dim jcw-snippet">{resource.snippet}</span>}
      </span>
    </button>
  );
}

const ICONS: Record<SessionState, IconName | null> = {
  asleep: "clock",
  waking: null,
  ready: "check",
  running: null,
  waiting: "question",
  stopping: "stop",
  failed: "alert",
};

/** The state as a picture; its words are beside it. */
function Condition({ state }: { state: SessionState }): JSX.Element {
  const icon = ICONS[state];
  return (
    <span class="jcw-dash-icon" data-condition={state}>
      {icon === null ? <Spinner /> : <Icon name={icon} />}
    </span>
  );
}

interface RowActProps {
  hook: string;
  label: string;
  title: string;
  icon: IconName;
  press(): void;
}

function RowAct({ hook, label, title, icon, press }: RowActProps): JSX.Element {
  return (
    <button type="button" class="jcw-plain" data-jcw={hook} data-act tabIndex={-1} aria-label={label} title={title} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}

/** What would be lost, and the second act. */
function Removal({ resource, title, keep, remove }: { resource: SessionResource; title: string; keep(): void; remove(): void }): JSX.Element {
  const { strings } = useAround();
  const { state, turns, context } = resource;
  return (
    <Sure hook="dash-delete" title={strings.removeTitle(title)} act={strings.remove} keep={keep} remove={remove}>
      <span>{strings.removeText(turns)}</span>
      {(state === "running" || state === "waiting") && <span>{strings.removeRunning}</span>}
      {context === "agent-create" && <span>{strings.removeDraft}</span>}
    </Sure>
  );
}

interface SureProps {
  hook: string;
  title: string;
  act: string;
  keep(): void;
  remove(): void;
  children: ComponentChildren;
}

/** The second act of something that cannot be undone. Escape keeps. */
export function Sure({ hook, title, act, keep, remove, children }: SureProps): JSX.Element {
  const { strings } = useAround();
  const armed = useArmed(title);
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  return (
    <div class="jcw-dash-sure" data-jcw={`${hook}-sure`} role="alertdialog" aria-label={title} onKeyDown={(event) => event.key === "Escape" && keep()}>
      <strong>{title}</strong>
      {children}
      <span class="jcw-dash-buttons">
        <button type="button" class="jcw-button" ref={first} onClick={keep}>
          {strings.keep}
        </button>
        <button type="button" class="jcw-button jcw-danger" data-jcw={`${hook}-do`} onClick={() => armed() && remove()}>
          {act}
        </button>
      </span>
    </div>
  );
}
