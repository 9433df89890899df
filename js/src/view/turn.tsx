import type { JSX } from "preact";
import type { TurnEnded } from "../protocol/frames.gen";
import type { Turn } from "../state/conversation";
import { useSelect, useSession } from "./hooks";
import { Icon } from "./icons";
import { Items } from "./items";
import { PastSlot } from "./notebook/past-slot";
import { strings } from "./strings";
import { AskedPrompt } from "./time/asked";
import { Ended } from "./time/ended";
import { Working } from "./time/working";

/** One turn: what was asked, what came of it, how it ended. Reads its own turn from the store, so that others stay as they are. */
export function TurnView({ index }: { index: number }): JSX.Element | null {
  const turn = useSelect((state) => state.turns[index]);
  const last = useSelect((state) => state.path.at(-1) === index);
  const changes = useSelect((state) => turn !== undefined && state.changes.has(turn.id));
  if (turn === undefined) {
    return null;
  }
  return (
    <article class="jcw-turn" data-jcw="turn" data-turn={turn.id} data-end={turn.end?.why ?? "running"}>
      <Asked turn={turn} />
      <Items items={turn.items} over={turn.end !== null} />
      {turn.end === null && last && <Working turn={turn} />}
      {changes && <PastSlot piece="changed" of={turn.id} />}
      {turn.end !== null && <Ending end={turn.end} turn={turn} last={last} />}
    </article>
  );
}

function Asked({ turn }: { turn: Turn }): JSX.Element {
  if (turn.origin.kind !== "prompt") {
    return <div class="jcw-origin">{turn.origin.kind === "task" ? strings.originTask : strings.originOther}</div>;
  }
  return <AskedPrompt turn={turn} />;
}

interface EndingProps {
  end: TurnEnded;
  turn: Turn;
  last: boolean;
}

function Ending({ end, turn, last }: EndingProps): JSX.Element | null {
  const session = useSession();
  const again = end.prompt_kept && last && turn.origin.kind === "prompt";
  if (end.why === "completed") {
    return <Ended turn={turn} last={last} />;
  }
  const text = end.problem?.text || { interrupted: strings.interrupted, cut: strings.cut, failed: strings.failed }[end.why];
  return (
    <>
      <div class="jcw-ending" data-jcw="ending" data-why={end.why}>
        <Icon name={end.why === "interrupted" ? "stop" : "alert"} />
        <div class="jcw-ending-text">
          <div>{text}</div>
          {end.problem?.remedy && <div class="jcw-dim">{end.problem.remedy}</div>}
        </div>
        {again && (
          <button
            type="button"
            class="jcw-button"
            data-jcw="send-again"
            onClick={() => session.prompt(turn.text, [...turn.attachments], [...turn.mentions])}
          >
            {strings.sendAgain}
          </button>
        )}
      </div>
      <Ended turn={turn} last={last && !again} />
    </>
  );
}
