import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Agent, type AgentResource, Agents } from "../../agents";
import type { Rest } from "../../rest";
import { useArmed, useRest, useSelect, useSession, useUniqueId } from "../hooks";
import { Frame } from "../question/frame";
import { agents as strings } from "../strings/agents";
import { knowing } from "../strings/knowing";
import { hides, Visible } from "../visible";
import { drawInto, type Host } from "./host";
import { type Problem, problemIn, refusalIn } from "./refusal";
import { Trouble } from "./saving";

/** Put the card in which the person looks at an agent before it may run into `element`; returns how to take it away again. */
export function mountReview(element: HTMLElement, host: Host): () => void {
  return drawInto(element, host, <Review />);
}

function Review(): JSX.Element | null {
  const rest = useRest();
  const name = useSelect((state) => state.review);
  return rest && name ? <Card key={name} rest={rest} name={name} /> : null;
}

function Card({ rest, name }: { rest: Rest; name: string }): JSX.Element {
  const session = useSession();
  const notebook = useSelect((state) => state.notebook);
  const agents = useMemo(() => new Agents(rest, notebook), [rest, notebook]);
  const [found, setFound] = useState<AgentResource | null>(null);
  const [changed, setChanged] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const armed = useArmed(found?.etag ?? "");
  const id = useUniqueId();
  const root = useCardFocus(found !== null || problem !== null);
  const look = useCallback(() => agents.get(name).then(setFound, (error: unknown) => setProblem(said(error, name))), [agents, name]);
  useEffect(() => void look(), [look]);
  const close = () => {
    const panel = root.current?.closest("[data-jcw=panel]");
    session.review(null);
    panel?.querySelector<HTMLElement>("[data-jcw=composer]")?.focus();
  };
  const use = async () => {
    if (found === null || busy || !armed()) {
      return;
    }
    setBusy(true);
    try {
      await agents.accept(name, found.etag);
      session.configure({ agent: name });
      close();
    } catch (error) {
      if (refusalIn(error)?.problem.code === "agent_changed") {
        setChanged(true);
        await look();
      } else {
        setProblem(problemIn(error));
      }
      setBusy(false);
    }
  };
  const agent = found?.agent ?? null;
  return (
    <section
      class="jcw-question jcw-review"
      data-jcw="review"
      ref={root}
      tabIndex={-1}
      aria-labelledby={`jcw-title-${id}`}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          close();
        }
      }}
    >
      <Frame
        id={id}
        icon="agent"
        title={<Visible text={strings.reviewTitle(name)} />}
        buttons={
          <>
            {agent && (
              <button type="button" class="jcw-button jcw-primary" data-jcw="review-use" disabled={busy} onClick={() => void use()}>
                {strings.use}
              </button>
            )}
            <button type="button" class="jcw-button" data-jcw="review-not" onClick={close}>
              {agent ? strings.notNow : strings.close}
            </button>
          </>
        }
      >
        {changed && (
          <p class="jcw-warning" role="alert">
            {strings.reviewChanged}
          </p>
        )}
        {problem && <Trouble problem={problem} />}
        {found?.problem && <Trouble problem={found.problem} />}
        {agent ? <About agent={agent} /> : !problem && !found?.problem && <p class="jcw-dim">{strings.loading}</p>}
      </Frame>
    </section>
  );
}

/** All that the agent is told and may do. */
function About({ agent }: { agent: Agent }): JSX.Element {
  const rows: [string, string][] = [
    [strings.fields.tools, agent.tools === null ? `${strings.toolsAll}. ${strings.toolsAllAbout}` : agent.tools.join(", ") || strings.toolsNone],
    ...(agent.disallowed_tools.length > 0 ? [[strings.fields.disallowed_tools, agent.disallowed_tools.join(", ")] as [string, string]] : []),
    [strings.fields.model, agent.model === null || agent.model === "inherit" ? strings.modelDefault : agent.model],
    ...(agent.effort ? [[strings.fields.effort, knowing.efforts[agent.effort]] as [string, string]] : []),
    ...(agent.starters.length > 0 ? [[strings.fields.starters, agent.starters.join("\n")] as [string, string]] : []),
  ];
  const marked = [agent.description, agent.prompt, ...rows.map(([, text]) => text)].some(hides);
  return (
    <>
      <p>{strings.reviewIntro}</p>
      {marked && <p class="jcw-warning">{strings.reviewMarked}</p>}
      <p class="jcw-review-about" data-jcw="review-description">
        <Visible text={agent.description} />
      </p>
      <div class="jcw-label">{strings.fields.prompt}</div>
      <div class="jcw-review-prompt" data-jcw="review-prompt" tabIndex={0} role="group" aria-label={strings.fields.prompt}>
        <Visible text={agent.prompt} />
      </div>
      <dl class="jcw-review-facts">
        {rows.map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Visible text={text} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** The card was asked for: it takes the focus once there is something to read. */
function useCardFocus(there: boolean) {
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    if (there) {
      root.current?.focus({ preventScroll: true });
    }
  }, [there]);
  return root;
}

function said(error: unknown, name: string): Problem {
  return refusalIn(error)?.status === 404 ? { text: strings.reviewGone(name), remedy: "" } : problemIn(error);
}
