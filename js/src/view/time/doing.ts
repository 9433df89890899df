import type { Conversation, Item, ToolItem, Turn } from "../../state/conversation";
import { isProse } from "../../state/conversation";
import { knowing } from "../strings/knowing";
import { toolLabel } from "../tool/summary";
import { elapsed } from "../time";

/** What a turn does at the moment. `since`: the server's clock, milliseconds; null where its length says nothing. */
export interface Doing {
  words: string;
  since: number | null;
  /** It runs (for a time), rather than waits. */
  runs: boolean;
}

const SUBAGENTS: ReadonlySet<string> = new Set(["Task", "Agent"]);

/** What a turn that has not ended does, by what has come of it so far. */
export function doing(turn: Turn, state: Conversation["state"], asked: boolean): Doing {
  if (asked) {
    return { words: knowing.answer, since: null, runs: false };
  }
  if (state === "waking" || state === "asleep") {
    return { words: knowing.starting, since: turn.startedAt, runs: false };
  }
  const tools = turn.items.filter((item) => item.kind === "tool" && item.outcome === "running") as ToolItem[];
  if (tools.length > 0) {
    return { words: atWork(tools), since: Math.min(...tools.map(begun)), runs: true };
  }
  const newest = turn.items.at(-1);
  if (newest?.kind === "tool" && newest.outcome === "writing") {
    return { words: knowing.preparing(toolLabel(newest.name)), since: newest.startedAt, runs: false };
  }
  if (newest !== undefined && isProse(newest) && newest.open) {
    return { words: newest.kind === "text" ? knowing.writing : knowing.thinking, since: newest.startedAt, runs: false };
  }
  return { words: knowing.waitingModel, since: lastChange(turn), runs: false };
}

/** The same as a line, with the time it has taken where that is more than a moment. `now`: the server's clock. */
export function doingLine({ words, since, runs }: Doing, now: number): string {
  const time = since === null ? 0 : now - since;
  return time < 2000 ? words : (runs ? knowing.runningFor : knowing.doingFor)(words, elapsed(time));
}

function atWork(tools: readonly ToolItem[]): string {
  const agents = tools.filter(({ name }) => SUBAGENTS.has(name)).length;
  if (agents > 0) {
    return knowing.subagents(agents);
  }
  return tools.length === 1 ? knowing.running(toolLabel(tools[0]?.name ?? "")) : knowing.runningSeveral(tools.length);
}

/** When a tool began to run: not before it was allowed. */
export function begun(tool: ToolItem): number {
  return Math.max(tool.startedAt, tool.settled?.answer.at ?? 0);
}

function lastChange(turn: Turn): number {
  const ends = turn.items.map((item: Item) => ("endedAt" in item ? (item.endedAt ?? 0) : 0));
  return Math.max(turn.startedAt, ...ends);
}
