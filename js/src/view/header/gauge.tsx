import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Usage } from "../../protocol/frames.gen";
import type { Conversation } from "../../state/conversation";
import { useRest, useSelect, useSession } from "../hooks";
import { knowing } from "../strings/knowing";
import { count } from "../time";
import { backReason } from "../time/reason";
import { useLoaded } from "./offers";
import { Popup } from "./popup";

const RADIUS = 6;
const ROUND = 2 * Math.PI * RADIUS;
const FULL = 80; // percent from which it is worth a warning

/** How full the model's context is; opens to what fills it and to what the conversation has used. */
export function Gauge(): JSX.Element {
  const percent = useSelect((state) => share(lastUsage(state)));
  const label = percent === null ? knowing.contextUnknown : knowing.contextOf(percent);
  return (
    <Popup
      hook="gauge"
      label={label}
      fact={percent !== null && percent >= FULL ? "full" : "well"}
      button={
        <>
          <Ring percent={percent ?? 0} />
          {percent !== null && <span class="jcw-tabular">{percent}%</span>}
        </>
      }
    >
      {(close) => <Breakdown close={close} />}
    </Popup>
  );
}

function Ring({ percent }: { percent: number }): JSX.Element {
  return (
    <svg class="jcw-ring" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r={RADIUS} />
      <circle cx="8" cy="8" r={RADIUS} class="jcw-ring-part" stroke-dasharray={`${(ROUND * Math.min(100, percent)) / 100} ${ROUND}`} />
    </svg>
  );
}

function Breakdown({ close }: { close: () => void }): JSX.Element {
  const session = useSession();
  const blocked = useSelect(backReason);
  const compact = () => {
    session.prompt("/compact");
    close();
  };
  return (
    <div class="jcw-breakdown">
      <div class="jcw-label">{knowing.context}</div>
      <Parts />
      <button
        type="button"
        class="jcw-button"
        data-jcw="compact"
        disabled={blocked !== null}
        title={blocked ?? knowing.compactAbout}
        onClick={compact}
      >
        {knowing.compact}
      </button>
      <p class="jcw-dim">{blocked ?? knowing.compactAbout}</p>
      <div class="jcw-label">{knowing.session}</div>
      <Totals />
    </div>
  );
}

function Parts(): JSX.Element {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const usage = useSelect(lastUsage);
  const loaded = useLoaded(useMemo(() => rest && ((signal: AbortSignal) => rest.context(session, signal)), [rest, session]));
  if (loaded.kind !== "there") {
    const percent = share(usage);
    return (
      <>
        {percent !== null && <p>{knowing.contextFull(count(usage?.context_tokens ?? 0), count(usage?.context_window ?? 0), percent)}</p>}
        <p class="jcw-dim">{loaded.kind === "loading" ? knowing.loading : knowing.contextFailed}</p>
      </>
    );
  }
  const { tokens, window, parts } = loaded.value;
  const shown = parts.filter((part) => part.tokens > 0);
  return (
    <>
      <p>{knowing.contextFull(count(tokens), count(window), Math.round((100 * tokens) / Math.max(1, window)))}</p>
      <ul class="jcw-parts">
        {shown.map((part) => (
          <li key={part.name} data-jcw="context-part">
            <span>{part.name}</span>
            <span class="jcw-tabular jcw-dim">{count(part.tokens)}</span>
            <span class="jcw-bar" style={{ inlineSize: `${(100 * part.tokens) / Math.max(1, window)}%` }} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Totals(): JSX.Element {
  const { store } = useSession();
  const turns = useSelect((state) => state.turns.length);
  const demo = useSelect((state) => state.demo);
  const all = store.state.turns.map((turn) => turn.end?.usage).filter((usage) => usage != null);
  const sum = (of: (usage: Usage) => number) => all.reduce((total, usage) => total + of(usage), 0);
  const input = sum((usage) => usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens);
  const cost = sum((usage) => usage.cost_usd);
  return (
    <>
      <p data-jcw="totals">{knowing.sessionTurns(knowing.turns(turns), count(input), count(sum((usage) => usage.output_tokens)))}</p>
      {!demo && cost > 0 && (
        <p class="jcw-dim" data-jcw="cost">
          {knowing.sessionCost(cost.toFixed(2))}
        </p>
      )}
    </>
  );
}

/** The usage of the last turn shown that told it. */
function lastUsage({ path, turns }: Conversation): Usage | null {
  const index = path.findLast((at) => turns[at]?.end?.usage != null);
  return index === undefined ? null : (turns[index]?.end?.usage ?? null);
}

function share(usage: Usage | null): number | null {
  const { context_tokens: tokens, context_window: window } = usage ?? {};
  return tokens != null && window ? Math.round((100 * tokens) / window) : null;
}
