import type { JSX } from "preact";
import type { Item, ToolItem } from "../../state/conversation";
import { Icon } from "../icons";
import { useFold } from "../reading";
import { toolStrings as strings } from "../strings/tool";
import { ToolCard } from "./card";

type Kind = keyof typeof strings.groups;

// Calls that look at things and change nothing outside the conversation.
const QUIET: ReadonlyMap<string, Kind> = new Map(Object.entries<Kind>({
  Read: "read",
  NotebookRead: "read",
  Glob: "search",
  Grep: "search",
  WebSearch: "search",
  LS: "list",
  WebFetch: "web",
  mcp__notebook__inspect_variable: "notebook",
  mcp__notebook__list_variables: "notebook",
  mcp__notebook__read_notebook: "notebook",
  TaskCreate: "tasks",
  TaskGet: "tasks",
  TaskList: "tasks",
  TaskUpdate: "tasks",
  TodoWrite: "tasks",
}));
const MOST_APART = 3;

/** Several quiet tool calls in a row. */
export interface Group {
  kind: "group";
  key: string;
  items: readonly ToolItem[];
}

/**
 * The items with long rows of quiet, finished tool calls put together. `over`: nothing follows any more. A row at the end
 * of what is still going on stays as it is, so that nothing folds up while it is being looked at.
 */
export function grouped(items: readonly Item[], over: boolean): (Item | Group)[] {
  const made: (Item | Group)[] = [];
  let row: ToolItem[] = [];
  const close = (followed: boolean) => {
    const first = row[0];
    if (first !== undefined && followed && (row.length > MOST_APART || row.every(isBookkeeping))) {
      made.push({ kind: "group", key: groupFold(first.tool), items: row });
    } else {
      made.push(...row);
    }
    row = [];
  };
  for (const item of items) {
    if (item.kind === "tool" && isQuiet(item)) {
      row.push(item);
    } else {
      close(true);
      made.push(item);
    }
  }
  close(over);
  return made;
}

/** What remembers whether the group that begins with this tool call is unfolded. */
export function groupFold(tool: string): string {
  return `group:${tool}`;
}

/** The to-do list itself is on the screen: how it was written never needs a card. */
function isBookkeeping({ name, outcome }: ToolItem): boolean {
  return QUIET.get(name) === "tasks" && outcome === "done";
}

function isQuiet(item: ToolItem): boolean {
  const ended = item.outcome === "done" || item.outcome === "failed";
  return QUIET.has(item.name) && ended && item.content.every((block) => block.kind === "text");
}

/** One line for all of them, which unfolds to the cards. */
export function GroupCard({ group }: { group: Group }): JSX.Element {
  const [open, setOpen] = useFold(group.key);
  const failed = group.items.filter((item) => item.outcome === "failed").length;
  return (
    <section class="jcw-group" data-jcw="group">
      <button type="button" class="jcw-tool-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={group.items.every(isBookkeeping) ? "list" : "search"} />
        <span class="jcw-group-words">{[...kinds(group.items), failed > 0 ? strings.groupFailed(failed) : ""].filter(Boolean).join(", ")}</span>
        <span class="jcw-chevron">
          <Icon name="chevron" />
        </span>
      </button>
      {open && (
        <div class="jcw-group-items">
          {group.items.map((item) => (
            <ToolCard key={item.key} item={item} />
          ))}
        </div>
      )}
    </section>
  );
}

function kinds(items: readonly ToolItem[]): string[] {
  const counts = new Map<Kind, number>();
  for (const { name } of items) {
    const kind = QUIET.get(name) as Kind;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => strings.groups[kind](count));
}
