import type { Conversation, Item, ToolItem } from "../../state/conversation";

export type BackgroundState = "running" | "done" | "failed" | "stopped";

/** How a tool call is that went on in the background; null where it did not. */
export function backgroundOf(item: ToolItem): BackgroundState | null {
  if (item.outcome !== "done" || !(item.detail?.["backgroundTaskId"] || item.detail?.["isAsync"])) {
    return null;
  }
  return item.progress?.state ?? "running";
}

/** A tool call that is still at work in the background, and its turn's id. */
export interface BackgroundTask {
  turn: string;
  item: ToolItem;
}

/** Those of the shown turns. A process that ended took its tasks along. */
export function backgroundTasks(state: Conversation): BackgroundTask[] {
  if (state.state === "asleep" || state.state === "waking" || state.state === "failed") {
    return [];
  }
  const tasks: BackgroundTask[] = [];
  for (const index of state.path) {
    const turn = state.turns[index];
    if (turn !== undefined) {
      gather(turn.items, turn.id, tasks);
    }
  }
  return tasks;
}

function gather(items: readonly Item[], turn: string, tasks: BackgroundTask[]): void {
  for (const item of items) {
    if (item.kind === "tool") {
      if (backgroundOf(item) === "running") {
        tasks.push({ turn, item });
      }
      gather(item.children, turn, tasks);
    }
  }
}
