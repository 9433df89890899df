import type { Discard, Message, Text, Thinking, ToolFinished, ToolInput, ToolProgress, ToolStarted } from "../protocol/frames.gen";
import { type Conversation, type Item, isProse, type TextItem, type ToolItem } from "./conversation";
import { change, changeTool, find, inAnyTurn, inTurn, place } from "./items";

/** Key of a block of text or thinking; a tool call's key is its own id. */
function keyOf(frame: { message: string; block: number }): string {
  return `${frame.message}:${frame.block}`;
}

/** A provisional piece of text or thinking: append it. One that comes after the whole block says nothing new. */
export function piece(state: Conversation, frame: Text | Thinking): Conversation {
  const key = keyOf(frame);
  return inTurn(state, frame, (items) => {
    const there = find(items, key);
    if (there === undefined) {
      return place(items, textItem(frame, frame.type, true), null);
    }
    if (there.kind !== frame.type || !there.open) {
      return items;
    }
    return change(items, key, (item) => (item.kind === frame.type ? { ...item, text: item.text + frame.text } : item));
  });
}

/** A whole block: it replaces the pieces. */
export function whole(state: Conversation, frame: Message): Conversation {
  const key = keyOf(frame);
  const item: TextItem = { ...textItem(frame, frame.kind, false), partial: frame.partial, endedAt: frame.at };
  return inTurn(state, frame, (items) => {
    if (find(items, key) === undefined) {
      return place(items, item, frame.parent);
    }
    return change(items, key, (old) => (isProse(old) || old.kind === "tool" ? { ...item, startedAt: old.startedAt } : old));
  });
}

function textItem(frame: Text | Thinking | Message, kind: TextItem["kind"], open: boolean): TextItem {
  return { kind, key: keyOf(frame), message: frame.message, text: frame.text, open, partial: false, startedAt: frame.at, endedAt: null };
}

/** The pieces of a message never became whole: drop what is still provisional of it. */
export function discard(state: Conversation, frame: Discard): Conversation {
  return inTurn(state, frame, (items) => {
    const kept = items.filter((item) => !(provisional(item) && item.message === frame.message));
    return kept.length === items.length ? items : kept;
  });
}

function provisional(item: Item): item is TextItem | ToolItem {
  return item.kind === "tool" ? item.outcome === "writing" : isProse(item) && item.open;
}

/** Whatever is provisional when a turn ends will not be completed any more. */
export function settleItems(items: readonly Item[], at: number): readonly Item[] {
  return items.map((item) => {
    if (item.kind === "tool") {
      const ended = item.outcome === "writing" || item.outcome === "running";
      return ended ? { ...item, outcome: "interrupted", endedAt: at, children: settleItems(item.children, at) } : item;
    }
    return isProse(item) && item.open ? { ...item, open: false, partial: true, endedAt: at } : item;
  });
}

/** A piece of a tool call's input, before the call is whole. */
export function toolInput(state: Conversation, frame: ToolInput): Conversation {
  return inTurn(state, frame, (items) => {
    const there = find(items, frame.tool);
    if (there === undefined) {
      return place(items, { ...toolItem(frame), written: frame.text }, null);
    }
    return changeTool(items, frame.tool, (item) =>
      item.outcome === "writing" ? { ...item, written: item.written + frame.text } : item,
    );
  });
}

export function toolStarted(state: Conversation, frame: ToolStarted): Conversation {
  const started: ToolItem = { ...toolItem(frame), input: frame.input, outcome: "running" };
  return inTurn(state, frame, (items) => {
    const there = find(items, frame.tool);
    if (there === undefined) {
      return place(items, started, frame.parent);
    }
    // How long it took counts from here: who comes later does not get the pieces of its input.
    return changeTool(items, frame.tool, (item) => (item.outcome === "writing" ? { ...started, children: item.children } : item));
  });
}

function toolItem(frame: ToolInput | ToolStarted): ToolItem {
  return {
    kind: "tool",
    key: frame.tool,
    tool: frame.tool,
    message: frame.message,
    name: frame.name,
    input: null,
    written: "",
    outcome: "writing",
    progress: null,
    content: [],
    detail: null,
    omitted: 0,
    settled: null,
    children: [],
    startedAt: frame.at,
    endedAt: null,
  };
}

export function toolProgress(state: Conversation, frame: ToolProgress): Conversation {
  return inAnyTurn(state, frame.tool, (item) => ({ ...item, progress: frame }));
}

export function toolFinished(state: Conversation, frame: ToolFinished): Conversation {
  return inAnyTurn(state, frame.tool, (item) => ({
    ...item,
    outcome: frame.outcome,
    content: frame.content,
    detail: frame.detail ?? null,
    omitted: frame.omitted,
    endedAt: frame.at,
  }));
}
