import type { Configure, Problem, Settings, Welcome } from "./protocol/frames.gen";
import type { Server } from "./server";
import type { SessionState } from "./state/conversation";

const NO_CONTENT = 204;

export type Mode = NonNullable<Configure["mode"]>;
export type SessionContext = Welcome["context"];
export type Effort = NonNullable<Configure["effort"]>;

/** A session as the server describes it. */
export interface SessionResource {
  session_id: string;
  context: SessionContext;
  notebook: string;
  title: string;
  state: SessionState;
  settings: Settings;
  /** ISO 8601, UTC. */
  created: string;
  modified: string;
  /** How many turns it has. */
  turns: number;
  /** Where a search found something in it: a piece of the text around. */
  snippet?: string;
  /** How many prompts wait, and how many questions are open. */
  queued: number;
  questions: number;
  /** Whether it has a process, and how much memory that and its children hold, in bytes; null where it cannot be known. */
  process: boolean;
  memory: number | null;
  page_url: string;
}

/** What may be chosen and called in a session. */
export interface Offers {
  commands: { name: string; description: string; argument_hint: string; aliases: string[] }[];
  models: { id: string; label: string; description: string }[];
  efforts: Effort[];
  modes: Mode[];
}

/** What fills the model's context, in tokens. */
export interface ContextUsage {
  tokens: number;
  window: number;
  parts: { name: string; tokens: number }[];
}

/** A file or folder, relative to the notebook's folder. */
export interface FileHit {
  path: string;
  kind: "file" | "folder";
}

/** What the server says about itself. */
export interface Status {
  server_id: string;
  demo: boolean;
}

/** Which session to open: the one of a notebook, named by its path or by its kernel. */
export interface OpenRequest {
  notebook?: string;
  kernel?: string;
  context?: SessionContext;
  new?: boolean;
}

/** The server answered, and refused. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** The rest of what it said. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(problem.text);
    this.name = "RestError";
  }
}

/** The REST side of the server. */
export class Rest {
  #tokenNeeded = false;

  constructor(readonly server: Server) {}

  /** The token for places where no header can go; empty where the cookie does. */
  get token(): string {
    return this.#tokenNeeded ? this.server.token : "";
  }

  url(path: string): URL {
    return new URL(`claude-workspace/${path}`, this.server.base);
  }

  status(signal?: AbortSignal): Promise<Status> {
    return this.request("GET", "api/status", undefined, signal);
  }

  /** The session of a notebook; made where there is none yet. */
  openSession(request: OpenRequest, signal?: AbortSignal): Promise<SessionResource> {
    return this.request("POST", "api/sessions", request, signal);
  }

  /** The sessions of a notebook (null: of all) and a context, newest first; with `query`, those in which it occurs. */
  async sessions(notebook: string | null, query = "", signal?: AbortSignal, context?: SessionContext): Promise<SessionResource[]> {
    const search = new URLSearchParams({ ...(notebook !== null && { notebook }), ...(context && { context }), ...(query && { q: query }) });
    return (await this.request<{ sessions: SessionResource[] }>("GET", `api/sessions?${search}`, undefined, signal)).sessions;
  }

  session(session: string, signal?: AbortSignal): Promise<SessionResource> {
    return this.request("GET", of(session), undefined, signal);
  }

  /** What a notebook is to keep of a session; nulls where it is to keep nothing. */
  excerpt(session: string): Promise<{ data: unknown; markdown: string }> {
    return this.request("GET", `${of(session)}/transcript?format=notebook`);
  }

  rename(session: string, title: string): Promise<SessionResource> {
    return this.request("PATCH", of(session), { title });
  }

  async remove(session: string): Promise<void> {
    await this.request("DELETE", of(session));
  }

  offers(session: string, signal?: AbortSignal): Promise<Offers> {
    return this.request("GET", `${of(session)}/offers`, undefined, signal);
  }

  context(session: string, signal?: AbortSignal): Promise<ContextUsage> {
    return this.request("GET", `${of(session)}/context`, undefined, signal);
  }

  async files(session: string, query: string, signal?: AbortSignal): Promise<FileHit[]> {
    const search = new URLSearchParams({ q: query });
    return (await this.request<{ files: FileHit[] }>("GET", `${of(session)}/files?${search}`, undefined, signal)).files;
  }

  /** A single-use ticket for opening the session's channel. */
  async ticket(session: string, signal?: AbortSignal): Promise<string> {
    return (await this.request<{ ticket: string }>("POST", `${of(session)}/ticket`, {}, signal)).ticket;
  }

  /** @throws RestError where the server refuses; TypeError where it cannot be reached. */
  async request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<T> {
    let response = await this.#fetch(method, path, body, signal, headers);
    if ((response.status === 401 || response.status === 403) && this.server.token && !this.#tokenNeeded) {
      // A page without Jupyter's cookie (opened by another origin, say) still has the token of its configuration.
      this.#tokenNeeded = true;
      response = await this.#fetch(method, path, body, signal, headers);
      this.#tokenNeeded = response.status !== 401 && response.status !== 403;
    }
    if (!response.ok) {
      throw await refusalOf(response);
    }
    return (response.status === NO_CONTENT ? undefined : await response.json()) as T;
  }

  #fetch(method: string, path: string, body: unknown, signal: AbortSignal | undefined, more: Record<string, string>): Promise<Response> {
    // JupyterHub checks the XSRF header on GETs of fetch() too, so it always goes along.
    const headers: Record<string, string> = { "X-XSRFToken": xsrfCookie(document.cookie), Accept: "application/json", ...more };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
    }
    if (this.#tokenNeeded) {
      headers["Authorization"] = `token ${this.server.token}`;
    }
    return fetch(this.url(path), {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ?? null,
    });
  }
}

function of(session: string): string {
  return `api/sessions/${encodeURIComponent(session)}`;
}

/** The value of Jupyter's `_xsrf` cookie, as it is: the server compares it undecoded. */
export function xsrfCookie(cookies: string): string {
  return /(?:^|;\s*)_xsrf=([^;]*)/.exec(cookies)?.[1] ?? "";
}

async function refusalOf(response: Response): Promise<RestError> {
  const body: unknown = await response.json().catch(() => null);
  const { code, message, remedy, ...details } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const problem = {
    code: typeof code === "string" ? code : `http_${response.status}`,
    text: typeof message === "string" && message ? message : `${response.status} ${response.statusText}`.trim(),
    remedy: typeof remedy === "string" ? remedy : "",
  };
  return new RestError(response.status, problem, details);
}
