import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { tryDraft } from "../../agents";
import type { DraftFields } from "../../protocol/frames.gen";
import type { SessionResource } from "../../rest";
import { Channel } from "../../socket/channel";
import { useRest, useSelect, useSession } from "../hooks";
import { Spinner } from "../icons";
import { agents as strings } from "../strings/agents";
import { differences, fieldsOf } from "./draft";
import type { Host } from "./host";
import { type Problem, problemIn } from "./refusal";
import { Trouble } from "./saving";
import { settled } from "./settled";

/** A side conversation that runs as the draft was when it began. */
export interface Trial {
  started: { session: SessionResource; fields: DraftFields } | null;
  busy: boolean;
  problem: Problem | null;
  start(): void;
}

/** What the agents are that are tried on this page, by session: no file says it. */
export const tried = new Map<string, DraftFields>();

/** Keeps the conversation in which the draft is tried; a new one ends the one before. */
export function useTrial(): Trial {
  const session = useSession();
  const rest = useRest();
  const [started, setStarted] = useState<Trial["started"]>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const begin = async () => {
    if (!rest || busy) {
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await settled(session);
      const { session: id, drafting } = session.store.state;
      const fields = fieldsOf(drafting);
      const trial = await tryDraft(rest, id);
      tried.set(trial.session_id, fields);
      setStarted({ session: trial, fields });
    } catch (error) {
      setProblem(problemIn(error));
    } finally {
      setBusy(false);
    }
  };
  return { started, busy, problem, start: () => void begin() };
}

/** The pane in which the draft is tried. */
export function TrialPane({ trial, mountPanel }: { trial: Trial; mountPanel: Host["mountPanel"] }): JSX.Element {
  const possible = useSelect((state) => Boolean(fieldsOf(state.drafting).prompt?.trim()));
  const drafting = useSelect((state) => state.drafting);
  if (trial.started === null) {
    return (
      <div class="jcw-trial-empty">
        <p>{strings.tryText}</p>
        <p class="jcw-dim">{possible ? strings.trySafe : strings.tryNeeds}</p>
        {trial.problem && <Trouble problem={trial.problem} />}
        <button type="button" class="jcw-button jcw-primary" data-jcw="try-start" disabled={!possible || trial.busy} onClick={trial.start}>
          {trial.busy && <Spinner />}
          {trial.busy ? strings.tryStarting : strings.tryStart}
        </button>
      </div>
    );
  }
  const old = differences(trial.started.fields, fieldsOf(drafting)).length > 0;
  return (
    <div class="jcw-trial">
      <div class="jcw-trial-note" role="status" data-jcw="try-note" data-old={old}>
        <span>{old ? strings.tryOld : strings.tryRuns}</span>
        {old && (
          <button type="button" class="jcw-button" data-jcw="try-again" disabled={!possible || trial.busy} onClick={trial.start}>
            {trial.busy && <Spinner />}
            {strings.tryAgain}
          </button>
        )}
        {trial.problem && <Trouble problem={trial.problem} />}
      </div>
      <TrialPanel key={trial.started.session.session_id} session={trial.started.session.session_id} mountPanel={mountPanel} />
    </div>
  );
}

function TrialPanel({ session, mountPanel }: { session: string; mountPanel: Host["mountPanel"] }): JSX.Element {
  const rest = useRest();
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (rest && element.current) {
      const open = () => Promise.resolve(session);
      return mountPanel(element.current, { connect: (events) => new Channel({ rest, open }, events), rest, fill: true });
    }
  }, [rest, session, mountPanel]);
  return <div class="jcw-trial-panel" ref={element} data-jcw="trial" />;
}
