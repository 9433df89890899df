import type { ToolItem } from "../../state/conversation";
import type { IconName } from "../icons";
import { toolStrings } from "../strings/tool";

/** A tool call in one line. */
export interface Summary {
  icon: IconName;
  label: string;
  /** The part of the input that tells what is going on. */
  argument: string;
  /** The same in full. */
  whole: string;
  /** The argument is words of Claude's, and not a part of the input that counts. */
  inWords: boolean;
}

interface Known {
  icon: IconName;
  label?: string;
  keys: readonly string[];
}

const PATH = ["file_path", "notebook_path", "path"];

// Not an object, in which some names, such as `constructor`, are always there: tools may be called anything.
const TOOLS: ReadonlyMap<string, Known> = new Map(Object.entries<Known>({
  Agent: { icon: "agent", keys: ["description", "subagent_type", "prompt"] },
  AskUserQuestion: { icon: "question", label: "Question", keys: [] },
  Bash: { icon: "terminal", keys: ["command"] },
  BashOutput: { icon: "terminal", label: "Output", keys: ["bash_id"] },
  Edit: { icon: "edit", keys: PATH },
  EnterPlanMode: { icon: "list", label: "Plan mode", keys: [] },
  ExitPlanMode: { icon: "list", label: "Plan", keys: [] },
  Glob: { icon: "search", keys: ["pattern"] },
  Grep: { icon: "search", keys: ["pattern"] },
  KillShell: { icon: "stop", label: "Stop", keys: ["shell_id"] },
  LS: { icon: "file", label: "List", keys: PATH },
  MultiEdit: { icon: "edit", label: "Edit", keys: PATH },
  Read: { icon: "file", keys: PATH },
  Skill: { icon: "spark", keys: ["skill", "command"] },
  Task: { icon: "agent", label: "Agent", keys: ["description", "subagent_type", "prompt"] },
  TaskCreate: { icon: "list", label: "To-do", keys: ["subject"] },
  TaskGet: { icon: "list", label: "To-do", keys: [] },
  TaskList: { icon: "list", label: "To-do list", keys: [] },
  TaskUpdate: { icon: "list", label: "To-do", keys: ["subject", "status"] },
  TodoWrite: { icon: "list", label: "To-do list", keys: [] },
  WebFetch: { icon: "globe", label: "Fetch", keys: ["url"] },
  WebSearch: { icon: "globe", label: "Search", keys: ["query"] },
  Write: { icon: "file", keys: PATH },
  mcp__notebook__edit_cells: { icon: "edit", label: "Edit", keys: [] },
  mcp__notebook__inspect_variable: { icon: "search", label: "Variable", keys: ["name"] },
  mcp__notebook__kernel: { icon: "notebook", label: "Kernel", keys: ["action"] },
  mcp__notebook__list_variables: { icon: "search", label: "Variables", keys: [] },
  mcp__notebook__read_notebook: { icon: "notebook", label: "Read", keys: [] },
  mcp__notebook__run_cells: { icon: "terminal", label: "Run", keys: ["run"] },
  mcp__notebook__run_scratch: { icon: "terminal", label: "Run beside the notebook", keys: ["code"] },
  mcp__agent_builder__draft_agent: { icon: "agent", label: "Draft of the agent", keys: ["name", "description", "prompt"] },
  mcp__agent_builder__save_agent: { icon: "agent", label: "Save the agent", keys: ["name"] },
}));

/** Tools whose argument is what somebody wrote for people. */
const WORDS: ReadonlySet<string> = new Set(["Agent", "Task", "TaskCreate", "TaskUpdate"]);

const COMMON = ["command", ...PATH, "pattern", "query", "url", "description", "prompt", "code", "source", "name", "variable"];

/** A tool's name as people read it: the server's part of an MCP tool goes first. */
export function toolLabel(name: string): string {
  const known = TOOLS.get(name);
  if (known !== undefined) {
    return known.label ?? name;
  }
  const [prefix, server, ...rest] = name.split("__");
  if (prefix === "mcp" && server && rest.length > 0) {
    return `${server.replaceAll("_", " ")}: ${rest.join(" ").replaceAll("_", " ")}`;
  }
  return name;
}

/** Whether this is one of the tools with which Claude works in the notebook. */
export function isNotebook(name: string): boolean {
  return name.startsWith("mcp__notebook__");
}

export function summary(item: ToolItem): Summary {
  const known = TOOLS.get(item.name);
  const icon = known?.icon ?? (isNotebook(item.name) ? "notebook" : "tool");
  const keys = known?.keys ?? COMMON;
  const found = item.input === null ? beginning(item.written, keys) : firstText(item.input, keys);
  const about = scriptAbout(item, found) ?? cellCount(item);
  const argument = oneLine(about ?? (keys === PATH ? shortPath(found) : found));
  return { icon, label: toolLabel(item.name), argument, whole: found, inWords: about !== null || WORDS.has(item.name) };
}

/** What Claude says about a command of several lines, whose first words tell little. */
function scriptAbout(item: ToolItem, command: string): string | null {
  const about = item.input?.["description"];
  return item.name === "Bash" && typeof about === "string" && about.trim() && command.trim().includes("\n") ? about : null;
}

/** How many cells a tool of the notebook is about. */
function cellCount({ name, input }: ToolItem): string | null {
  const cells = isNotebook(name) ? (input?.["edits"] ?? input?.["cells"]) : null;
  return Array.isArray(cells) && cells.length > 0 ? toolStrings.cells(cells.length) : null;
}

function firstText(input: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
  for (const key of keys) {
    const value = input[key];
    if (typeof value === "string" && value) {
      return value;
    }
  }
  return "";
}

/** One character of a JSON string; an escape only where it is complete. */
const CHARACTER = '(?:[^"\\\\]|\\\\u[0-9a-fA-F]{4}|\\\\[^u])';

/** The same from JSON that is still being written. */
function beginning(json: string, keys: readonly string[]): string {
  for (const key of keys) {
    const value = new RegExp(`"${key}"\\s*:\\s*"(${CHARACTER}{1,300})`).exec(json)?.[1];
    if (value) {
      try {
        return String(JSON.parse(`"${value}"`));
      } catch {
        return value; // a line break, which JSON would have escaped
      }
    }
  }
  return "";
}

/** The end of a path, which tells more than its beginning. */
function shortPath(path: string): string {
  const parts = path.split(/[\\/]/);
  return parts.length > 3 ? `…/${parts.slice(-2).join("/")}` : path;
}

function oneLine(text: string): string {
  const line = text.slice(0, 400).replaceAll(/\s+/g, " ").trim();
  return text.length > 400 ? `${line}…` : line;
}
