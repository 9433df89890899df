import type { JSX } from "preact";
import type { ToolItem } from "../../state/conversation";
import { useNow, useSelect } from "../hooks";
import { Icon, type IconName, Spinner } from "../icons";
import { strings } from "../strings";
import { toolStrings } from "../strings/tool";
import { duration, elapsed } from "../time";
import { begun } from "../time/doing";
import { usePart } from "../use-part";
import { backgroundOf } from "./background";
import { type Change, changesOf, tally } from "./change";

const BROKEN: ReadonlySet<unknown> = new Set(["error", "interrupted", "lost"]); // how a run of a cell ends that did not come to its end
const ICONS: Partial<Record<ToolItem["outcome"], IconName>> = { done: "check", failed: "alert", denied: "close", interrupted: "stop" };
const TOLD_MS = 1000; // shorter calls need no figure

/** How a tool call is: at work and for how long, or how it ended. */
export function Outcome({ item }: { item: ToolItem }): JSX.Element {
  const background = backgroundOf(item);
  const running = item.outcome === "writing" || item.outcome === "running" || background === "running";
  const asked = useSelect((state) => state.questions.some((open) => open.tool === item.tool));
  const failed = item.outcome === "failed" || background === "failed" || broke(item);
  const icon = asked ? "shield" : running ? undefined : failed ? "alert" : background === "stopped" ? "stop" : ICONS[item.outcome];
  return (
    <span class="jcw-outcome" title={words(item, asked)} data-failed={failed}>
      <span class="jcw-hidden">{words(item, asked)}</span>
      {background === "running" && <span class="jcw-outcome-words">{toolStrings.inBackground}</span>}
      {exitCode(item)}
      {!asked && <Time item={item} running={running} />}
      {icon === undefined ? <Spinner /> : <Icon name={icon} />}
    </span>
  );
}

/** Whether a cell that the call ran failed: of the call itself Claude Code says that it is done. */
function broke({ detail }: ToolItem): boolean {
  const cells = (detail?.["run"] as { cells?: unknown } | undefined)?.cells;
  return Array.isArray(cells) && cells.some(({ state }) => BROKEN.has(state));
}

function words(item: ToolItem, asked: boolean): string {
  const background = backgroundOf(item);
  if (asked) {
    return strings.states.waiting;
  }
  return background !== null && background !== "running" ? toolStrings.backgroundEnded[background] : strings.outcomes[background ?? (broke(item) ? "failed" : item.outcome)];
}

function Time({ item, running }: { item: ToolItem; running: boolean }): JSX.Element | null {
  const skew = useSelect((state) => state.skew);
  const now = useNow(running);
  if (running) {
    const time = now - begun(item) - skew;
    return time >= 2 * TOLD_MS ? <span>{elapsed(time)}</span> : null;
  }
  const end = backgroundOf(item) === null ? item.endedAt : (item.progress?.at ?? item.endedAt);
  const time = (end ?? 0) - begun(item);
  return time >= TOLD_MS ? <span>{duration(time)}</span> : null;
}

/** The status that a command ended with, as Claude Code tells it. */
function exitCode(item: ToolItem): JSX.Element | null {
  const first = item.content[0];
  const code = item.outcome === "failed" && first?.kind === "text" ? /^(?:Error: )?Exit code (\d+)/.exec(first.text)?.[1] : undefined;
  return code === undefined ? null : <span class="jcw-exit">{toolStrings.exitCode(code)}</span>;
}

/** How many lines an edit adds and takes away. */
export function Tally({ item }: { item: ToolItem }): JSX.Element | null {
  const changes = item.input === null ? null : changesOf(item.name, item.input);
  return changes === null ? null : <ChangeTally changes={changes} />;
}

function ChangeTally({ changes }: { changes: readonly Change[] }): JSX.Element | null {
  if (usePart("diff") === null) {
    return null; // the count would be another one in a moment
  }
  const { added, removed } = tally(changes);
  return (
    <span class="jcw-tally">
      {added > 0 && <span class="jcw-tally-added">+{added}</span>}
      {removed > 0 && <span class="jcw-tally-removed">−{removed}</span>}
    </span>
  );
}
