import type { JSX } from "preact";
import type { Item, ToolItem } from "../../state/conversation";
import { Icon } from "../icons";
import { Items } from "../items";
import { useFold } from "../reading";
import { strings } from "../strings";
import { toolStrings } from "../strings/tool";
import { count } from "../time";
import { summary } from "./summary";

const NEWEST = 3; // steps that are shown while it works

/** What a subagent did, step by step: the newest while it works, folded when it has ended. */
export function Inside({ item }: { item: ToolItem }): JSX.Element | null {
  const [open, setOpen] = useFold(insideFold(item.tool));
  const { children } = item;
  if (children.length === 0) {
    return null;
  }
  const running = item.endedAt === null;
  const shown = open ? children : running ? children.slice(-NEWEST) : [];
  const folds = open || shown.length < children.length;
  return (
    <div class="jcw-tool-inside">
      {folds && (
        <button type="button" class="jcw-inside-line" data-jcw="inside" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="jcw-chevron">
            <Icon name="chevron" />
          </span>
          {[toolStrings.inside(children.length), ...(running ? [] : figures(item))].join(" · ")}
        </button>
      )}
      {shown.length > 0 && (
        <div class="jcw-tool-children">
          <Items items={shown} over={!running} />
        </div>
      )}
    </div>
  );
}

/** Whether the tool is one that starts a subagent. */
export function isAgent(item: ToolItem): boolean {
  return item.name === "Agent" || item.name === "Task";
}

/** What a subagent reported, in its own words: what Claude gets has a frame around them that is not meant for people. */
export function reportOf(item: ToolItem): string[] {
  const own = item.detail?.["content"];
  const said = Array.isArray(own) ? own.flatMap((block) => (typeof block?.text === "string" ? [block.text as string] : [])) : [];
  return said.length > 0 ? said : item.content.flatMap((block) => (block.kind === "text" ? [block.text] : []));
}

/** What remembers whether a subagent's steps are unfolded. */
export function insideFold(tool: string): string {
  return `${tool}:inside`;
}

/** What a running tool, subagent or background task does now, and what it took so far. */
export function Progress({ item }: { item: ToolItem }): JSX.Element | null {
  const now = item.progress?.text || latest(item.children);
  const words = [now && item.children.length > 0 ? toolStrings.now(now) : now, ...figures(item)].filter(Boolean).join(" · ");
  return words ? (
    <div class="jcw-progress" data-jcw="progress" title={words}>
      {words}
    </div>
  ) : null;
}

function figures(item: ToolItem): string[] {
  const uses = item.progress?.tool_uses ?? item.children.filter((child) => child.kind === "tool").length;
  const tokens = item.progress?.tokens;
  return [uses ? strings.toolUses(uses) : "", tokens ? strings.tokensSoFar(count(tokens)) : ""].filter(Boolean);
}

function latest(items: readonly Item[]): string {
  const tool = items.findLast((item) => item.kind === "tool");
  if (tool === undefined) {
    return "";
  }
  const { label, argument } = summary(tool);
  return `${label} ${argument}`.trim();
}
