import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Agent, AgentResource, Agents } from "../../agents";
import { Icon } from "../../view/icons";
import { Visible } from "../../view/visible";
import { useAround } from "./around";
import { Deeds } from "./deeds";
import { NameField } from "./naming";
import type { Outcome } from "./outcome";
import { Sure } from "./row";

interface AgentRowProps {
  resource: AgentResource;
  agents: Agents;
  again(): Promise<readonly AgentResource[]>;
  tell(outcome: Outcome | null): void;
}

/** One agent: what it is, and what can be done with it. */
export function AgentRow({ resource, agents, again, tell }: AgentRowProps): JSX.Element {
  const { strings } = useAround();
  const [open, setOpen] = useState(false);
  const { name, agent, problem, accepted, read_only } = resource;
  return (
    <li class="jcw-dash-row jcw-dash-agent" data-jcw="dash-agent" data-row={name} data-agent={name} data-accepted={accepted}>
      <button type="button" class="jcw-dash-open" data-jcw="dash-agent-open" data-move tabIndex={-1} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="jcw-chevron">
          <Icon name="chevron" />
        </span>
        <span class="jcw-dash-words">
          <span class="jcw-dash-title">
            <Visible text={name} />
          </span>
          {agent?.description && (
            <span class={`jcw-dim ${open ? "" : "jcw-snippet"}`}>
              <Visible text={agent.description} />
            </span>
          )}
          <span class="jcw-dash-facts">
            {problem && <Mark icon="alert" text={strings.unreadable} />}
            {!problem && !accepted && <Mark icon="shield" text={strings.unaccepted} />}
            {read_only && <Mark icon="info" text={strings.readOnly} />}
            {agent?.model && agent.model !== "inherit" && (
              <span>
                <Visible text={agent.model} />
              </span>
            )}
          </span>
        </span>
      </button>
      {open && <Details resource={resource} agents={agents} again={again} tell={tell} />}
    </li>
  );
}

function Mark({ icon, text }: { icon: "alert" | "shield" | "info"; text: string }): JSX.Element {
  return (
    <span class="jcw-dash-mark" data-mark={icon}>
      <Icon name={icon} /> {text}
    </span>
  );
}

function Details(props: AgentRowProps): JSX.Element {
  const { strings } = useAround();
  const { agent, problem, accepted, read_only } = props.resource;
  return (
    <div class="jcw-dash-details" data-jcw="dash-agent-details">
      {problem && (
        <p class="jcw-problem">
          {problem.text} {problem.remedy}
        </p>
      )}
      {!problem && !accepted && <p class="jcw-warning">{strings.unacceptedText}</p>}
      {read_only && <p class="jcw-dim">{strings.readOnlyText}</p>}
      {agent && <Definition agent={agent} />}
      <Acts {...props} />
    </div>
  );
}

/** Everything that the agent is given. */
function Definition({ agent }: { agent: Agent }): JSX.Element {
  const { strings } = useAround();
  const { tools, disallowed_tools: not, model, effort, max_turns } = agent;
  const allowed = tools === null ? strings.allTools : tools.join(", ") || strings.noTools;
  return (
    <dl class="jcw-dash-definition">
      <dt>{strings.prompt}</dt>
      <dd>
        <pre tabIndex={0}>
          <Visible text={agent.prompt} />
        </pre>
      </dd>
      <dt>{strings.tools}</dt>
      <dd>
        <Visible text={not.length > 0 ? `${allowed} (${strings.except(not.join(", "))})` : allowed} />
      </dd>
      <dt>{strings.model}</dt>
      <dd>
        <Visible text={model && model !== "inherit" ? model : strings.sameModel} />
      </dd>
      {effort && <dt>{strings.effort}</dt>}
      {effort && <dd>{effort}</dd>}
      {max_turns !== null && <dt>{strings.maxTurns}</dt>}
      {max_turns !== null && <dd>{max_turns}</dd>}
    </dl>
  );
}

function Acts({ resource, agents, again, tell }: AgentRowProps): JSX.Element {
  const around = useAround();
  const { strings } = around;
  const [act, setAct] = useState<"duplicate" | "remove" | null>(null);
  const [busy, setBusy] = useState(false);
  const { name, agent } = resource;
  const deeds = new Deeds(around, agents, resource);
  const tried = async (work: Promise<Outcome>) => {
    setBusy(true);
    tell(await work.catch((error: unknown) => deeds.refused(error)));
    setBusy(false);
    await again();
  };
  if (act === "remove") {
    const remove = () => {
      setAct(null);
      void tried(deeds.remove());
    };
    return (
      <Sure hook="dash-agent-delete" title={strings.removeTitle(name)} act={strings.remove} keep={() => setAct(null)} remove={remove}>
        <span>{strings.removeAgentText}</span>
      </Sure>
    );
  }
  if (act === "duplicate" && agent !== null) {
    const save = async (copy: string): Promise<void> => {
      const outcome = await deeds.duplicate(agent, copy);
      setAct(null);
      void tried(Promise.resolve(outcome));
    };
    return <NameField label={strings.nameOfCopy} initial={`${name}-2`} act={strings.create} save={save} cancel={() => setAct(null)} />;
  }
  return <Buttons resource={resource} deeds={deeds} busy={busy} tried={(work) => void tried(work)} choose={setAct} />;
}

interface ButtonsProps {
  resource: AgentResource;
  deeds: Deeds;
  busy: boolean;
  tried(work: Promise<Outcome>): void;
  choose(act: "duplicate" | "remove"): void;
}

function Buttons({ resource: { name, path, agent, accepted, read_only }, deeds, busy, tried, choose }: ButtonsProps): JSX.Element {
  const { newAgent, openFile, strings } = useAround();
  const runs = agent !== null && !read_only;
  return (
    <div class="jcw-dash-buttons">
      {runs && (
        <Act
          hook="dash-use"
          primary
          busy={busy}
          words={accepted ? strings.use : strings.acceptUse}
          title={strings.runIt(name)}
          press={() => tried(deeds.use())}
        />
      )}
      {runs && !accepted && <Act hook="dash-accept" busy={busy} words={strings.accept} press={() => tried(deeds.accept())} />}
      {runs && <Act hook="dash-edit" busy={busy} words={strings.edit} press={() => newAgent(name)} />}
      {runs && <Act hook="dash-duplicate" busy={busy} words={strings.duplicate} press={() => choose("duplicate")} />}
      {agent !== null && <Act hook="dash-export" busy={busy} words={strings.exportIt} press={() => tried(deeds.export())} />}
      <Act hook="dash-file" busy={busy} words={strings.file} press={() => openFile(path)} />
      <Act hook="dash-agent-delete" busy={busy} words={strings.remove} press={() => choose("remove")} />
    </div>
  );
}

interface ActProps {
  hook: string;
  words: string;
  title?: string;
  primary?: boolean;
  busy: boolean;
  press(): void;
}

function Act({ hook, words, title = "", primary = false, busy, press }: ActProps): JSX.Element {
  return (
    <button type="button" class={`jcw-button ${primary ? "jcw-primary" : ""}`} data-jcw={hook} title={title} disabled={busy} onClick={press}>
      {words}
    </button>
  );
}
