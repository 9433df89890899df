import type { DraftFields, Problem } from "./protocol/frames.gen";
import type { Effort, Rest, SessionContext, SessionResource } from "./rest";

/** How Claude Code marks an agent. */
export type Color = NonNullable<DraftFields["color"]>;

/** An agent as its file says. `tools` null: all that the session has; `model` null or "inherit": the conversation's. */
export interface Agent {
  schema_version: 1;
  name: string;
  description: string;
  prompt: string;
  tools: string[] | null;
  disallowed_tools: string[];
  model: string | null;
  effort: Effort | null;
  max_turns: number | null;
  color: Color | null;
  starters: string[];
  created: string | null;
  modified: string | null;
}

/** An agent file next to a notebook. */
export interface AgentResource {
  name: string;
  /** Of the file, below the server's root. */
  path: string;
  etag: string;
  /** Null where the file cannot be read as an agent: `problem` says why. */
  agent: Agent | null;
  problem: Problem | null;
  /** A file of a newer version: to be looked at, not to be written. */
  read_only: boolean;
  /** Whether this person made it, or looked at it as it is now and accepted it. */
  accepted: boolean;
}

/** An agent in another form than ours, and what was left out of it. */
export interface Exported {
  filename: string;
  text: string;
  lost: string[];
}

/** What was read from another form, not saved yet. */
export interface Imported {
  agent: Agent;
  lost: string[];
}

/** The details of the 409 that a save meets: what was to be saved, and what is there instead (null: nothing). */
export interface AgentConflict {
  yours: Agent;
  theirs: AgentResource | null;
}

/** What `POST api/agents/create-session` answers. */
export interface CreatedSession {
  session_id: string;
  context: SessionContext;
  notebook: string;
  socket_url: string;
  page_url: string;
}

/** The agents next to a notebook, over REST. */
export class Agents {
  constructor(
    readonly rest: Rest,
    /** Path of the notebook. */
    readonly notebook: string,
  ) {}

  async list(signal?: AbortSignal): Promise<AgentResource[]> {
    return (await this.rest.request<{ agents: AgentResource[] }>("GET", this.#url(""), undefined, signal)).agents;
  }

  get(name: string, signal?: AbortSignal): Promise<AgentResource> {
    return this.rest.request("GET", this.#url(`/${name}`), undefined, signal);
  }

  /**
   * Save an agent under its name.
   * @param etag of the file that it replaces; null: there is none
   * @throws RestError 409 with an `AgentConflict` where the file is another one by now
   */
  put(agent: Agent, etag: string | null): Promise<AgentResource> {
    const headers: Record<string, string> = etag === null ? { "If-None-Match": "*" } : { "If-Match": etag };
    return this.rest.request("PUT", this.#url(`/${agent.name}`), agent, undefined, headers);
  }

  async remove(name: string, etag: string): Promise<void> {
    await this.rest.request("DELETE", this.#url(`/${name}`), undefined, undefined, { "If-Match": etag });
  }

  /** The person looked at the agent as it is in this version, and lets it run. */
  accept(name: string, etag: string): Promise<AgentResource> {
    return this.rest.request("POST", this.#url(`/${name}/accept`), {}, undefined, { "If-Match": etag });
  }

  /** Read a file of another form (`.md` of Claude Code, `.opcode.json`, or one of ours); nothing is saved. */
  import(filename: string, text: string): Promise<Imported> {
    return this.rest.request("POST", this.#url("/import", "api/agent-files"), { filename, text });
  }

  /** The agent as a `.claude/agents/NAME.md`. */
  export(name: string): Promise<Exported> {
    return this.rest.request("GET", this.#url(`/${name}/export`));
  }

  /** Open a session in which an agent is made; `agent`: one that is there is its first draft. */
  createSession(agent: string | null = null): Promise<CreatedSession> {
    const body = { notebook: this.notebook, context: "agent-create", ...(agent !== null && { agent }) };
    return this.rest.request("POST", "api/agents/create-session", body);
  }

  #url(path: string, root = "api/agents"): string {
    return `${root}${path}?${new URLSearchParams({ notebook: this.notebook })}`;
  }
}

/** Save the draft of a session in which an agent is made; as `Agents.put`. */
export function saveDraft(rest: Rest, session: string, etag: string | null): Promise<AgentResource> {
  const headers: Record<string, string> = etag === null ? { "If-None-Match": "*" } : { "If-Match": etag };
  return rest.request("POST", `api/sessions/${encodeURIComponent(session)}/agent`, {}, undefined, headers);
}

/** Open a side conversation that runs as the draft is now. */
export function tryDraft(rest: Rest, session: string): Promise<SessionResource> {
  return rest.request("POST", `api/sessions/${encodeURIComponent(session)}/try`, {});
}
