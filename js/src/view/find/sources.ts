import type { Item, ToolItem, Turn } from "../../state/conversation";
import { promptFold } from "../prompt-bubble";
import { insideFold, isAgent, reportOf } from "../tool/agent";
import { plain } from "../tool/ansi";
import { groupFold, grouped } from "../tool/group";
import { outputFold } from "../tool/output";
import { summary } from "../tool/summary";
import { plainText } from "./plain";

/** A text of the conversation that can be searched, whether it is drawn or not. */
export interface Source {
  turn: string;
  /** Key of the item; empty for the turn's prompt. */
  item: string;
  part: "prompt" | "reply" | "title" | "output";
  text: string;
  /** What must be unfolded to see it. */
  folds: readonly string[];
}

/** The texts of a turn, in the order in which they are shown. */
export function sourcesOf(turn: Turn): Source[] {
  const prompt: Source[] = turn.text ? [{ turn: turn.id, item: "", part: "prompt", text: turn.text, folds: [promptFold(turn.text)] }] : [];
  return [...prompt, ...inside(turn.id, turn.items, turn.end !== null, [])];
}

function inside(turn: string, items: readonly Item[], over: boolean, folds: readonly string[]): Source[] {
  return grouped(items, over).flatMap((item): Source[] => {
    switch (item.kind) {
      case "group":
        return item.items.flatMap((tool) => ofTool(turn, tool, [...folds, groupFold(item.items[0]?.tool ?? "")]));
      case "tool":
        return ofTool(turn, item, folds);
      case "text":
        return [{ turn, item: item.key, part: "reply", text: plainText(item.text), folds }];
      case "steered":
        return [{ turn, item: item.key, part: "prompt", text: item.text, folds: [...folds, promptFold(item.text)] }];
      default:
        return [];
    }
  });
}

function ofTool(turn: string, tool: ToolItem, folds: readonly string[]): Source[] {
  const { label, argument } = summary(tool);
  const title: Source = { turn, item: tool.key, part: "title", text: `${label}\n${argument}`, folds };
  const output: Source = { turn, item: tool.key, part: "output", text: outputText(tool), folds: [...folds, tool.tool, ...tool.content.map((_, index) => outputFold(tool.tool, index))] };
  return [title, ...(output.text ? [output] : []), ...inside(turn, tool.children, tool.endedAt !== null, [...folds, insideFold(tool.tool)])];
}

function outputText(tool: ToolItem): string {
  if (isAgent(tool)) {
    return reportOf(tool).map(plainText).join("\n");
  }
  const texts = tool.content.flatMap((block) => (block.kind === "text" ? [block.text] : []));
  return texts.map((text) => (text.includes("\u001b") || text.includes("\r") ? plain(text) : text)).join("\n");
}
