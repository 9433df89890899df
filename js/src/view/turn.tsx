import type { JSX } from "preact";
import type { TurnEnded } from "../protocol/frames.gen";
import { isProse, type Turn } from "../state/conversation";
import { useNow, useSelect, useSession } from "./hooks";
import { Icon } from "./icons";
import { Items } from "./items";
import { PromptBubble } from "./prompt-bubble";
import { strings } from "./strings";
import { count, duration, elapsed } from "./time";

/** One turn: what was asked, what came of it, how it ended. Reads its own turn from the store, so that others stay as they are. */
export function TurnView({ index }: { index: number }): JSX.Element | null {
  const turn = useSelect((state) => state.turns[index]);
  const last = useSelect((state) => state.path.at(-1) === index);
  if (turn === undefined) {
    return null;
  }
  return (
    <article class="jcw-turn" data-jcw="turn" data-turn={turn.id} data-end={turn.end?.why ?? "running"}>
      <Asked turn={turn} />
      <Items items={turn.items} />
      {turn.end === null && last && <Working turn={turn} />}
      {turn.end !== null && <Ending end={turn.end} turn={turn} last={last} />}
    </article>
  );
}

function Asked({ turn }: { turn: Turn }): JSX.Element {
  if (turn.origin.kind !== "prompt") {
    return <div class="jcw-origin">{turn.origin.kind === "task" ? strings.originTask : strings.originOther}</div>;
  }
  return <PromptBubble text={turn.text} attachments={turn.attachments} user={turn.origin.user ?? ""} />;
}

/** A sign of life while nothing else on screen moves. */
function Working({ turn }: { turn: Turn }): JSX.Element | null {
  const waiting = useSelect((state) => state.questions.length > 0);
  const starting = useSelect((state) => state.state === "waking" || state.state === "asleep");
  const skew = useSelect((state) => state.skew);
  const newest = turn.items.at(-1);
  const moving = newest !== undefined && ((newest.kind === "tool" && newest.endedAt === null) || (isProse(newest) && newest.open));
  const now = useNow(!moving && !waiting);
  if (moving || waiting) {
    return null;
  }
  const time = now - turn.startedAt - skew;
  return (
    <div class="jcw-working" data-jcw="working">
      <span class="jcw-shimmer">{starting ? strings.starting : strings.working}</span>
      {time >= 3000 && <span class="jcw-dim">{elapsed(time)}</span>}
    </div>
  );
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
    return <Figures end={end} />;
  }
  const text = end.problem?.text || { interrupted: strings.interrupted, cut: strings.cut, failed: strings.failed }[end.why];
  return (
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
          onClick={() => session.prompt(turn.text, [...turn.attachments])}
        >
          {strings.sendAgain}
        </button>
      )}
    </div>
  );
}

function Figures({ end }: { end: TurnEnded }): JSX.Element | null {
  const { usage, duration_ms: took, model } = end;
  const tokens = usage ? usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens : 0;
  const details = [model, usage && usage.cost_usd > 0 ? strings.cost(usage.cost_usd.toFixed(usage.cost_usd < 0.1 ? 3 : 2)) : ""];
  const figures = [took ? duration(took) : "", usage ? strings.tokens(count(tokens), count(usage.output_tokens)) : ""].filter(Boolean);
  if (figures.length === 0) {
    return null;
  }
  return (
    <div class="jcw-figures" title={details.filter(Boolean).join(" · ")}>
      {figures.join(" · ")}
    </div>
  );
}
