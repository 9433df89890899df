import { decode, type Received } from "../protocol/decode";
import type { ClientFrame, Problem } from "../protocol/frames.gen";
import { type Rest, RestError } from "../rest";
import { delay } from "./backoff";
import { Liveness } from "./liveness";
import { Resume } from "./resume";
import type { Transport, TransportEvents } from "./transport";

const WELCOME_MS = 15_000;
const WATCH_MS = 5_000;

// Close codes of the channel, see PROTOCOL.md. Every other one is a connection that broke.
const SESSION_ENDED = 1000;
const NOT_ALLOWED = 1008;
const COME_BACK_LATER = 1013;

export interface ChannelOptions {
  rest: Rest;
  /** Finds or makes the session; called until it succeeded once. */
  open(signal: AbortSignal): Promise<string>;
  /** False: only look on; no process is started until something is sent. */
  wake?: boolean;
  /** Milliseconds before attempt n; the usual back-off where it is left out. */
  delay?: (attempt: number) => number;
}

/** The WebSocket to a session: opens it, resumes it where it broke, and delivers every frame once and in order. */
export class Channel implements Transport {
  readonly #options: ChannelOptions;
  readonly #events: TransportEvents;
  readonly #resume = new Resume();
  readonly #lifetime = new AbortController();
  readonly #watch: ReturnType<typeof setInterval>;
  #session: string | null = null;
  #socket: WebSocket | null = null;
  #liveness: Liveness | null = null; // only while the connection is open
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dial: AbortController | null = null; // the attempt that is under way
  #closed = false;

  constructor(options: ChannelOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    const { signal } = this.#lifetime;
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#wake(), { signal });
    window.addEventListener("online", () => this.#wake(), { signal });
    window.addEventListener("focus", () => this.#wake(), { signal });
    this.#watch = setInterval(() => this.#liveness?.overdue(Date.now()) && this.#connect(), WATCH_MS);
    this.#connect();
  }

  send(frame: ClientFrame): boolean {
    if (this.#liveness === null || this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(frame));
    this.#liveness.sent(Date.now());
    return true;
  }

  retry(): void {
    if (this.#liveness === null && this.#dial === null) {
      this.#closed = false;
      this.#connect();
    }
  }

  dispose(): void {
    this.#closed = true;
    this.#lifetime.abort();
    clearInterval(this.#watch);
    this.#drop();
  }

  #wake(): void {
    if (this.#closed) {
      return;
    }
    if (this.#liveness?.stale(Date.now())) {
      this.#connect();
    } else {
      this.retry();
    }
  }

  #connect(): void {
    this.#drop();
    const dial = new AbortController();
    this.#dial = dial;
    this.#events.onLink({ kind: "opening" });
    this.#open(dial.signal).catch((error: unknown) => {
      if (!dial.signal.aborted) {
        this.#failed(error);
      }
    });
  }

  async #open(signal: AbortSignal): Promise<void> {
    this.#session ??= await this.#options.open(signal);
    const ticket = await this.#options.rest.ticket(this.#session, signal);
    signal.throwIfAborted();
    const socket = new WebSocket(this.#url(this.#session, ticket));
    this.#socket = socket;
    this.#timer = setTimeout(() => socket === this.#socket && this.#lost(), WELCOME_MS);
    socket.onmessage = (event) => socket === this.#socket && this.#receive(decode(event.data));
    socket.onclose = (event) => socket === this.#socket && this.#ended(event.code);
  }

  #url(session: string, ticket: string): URL {
    const url = this.#options.rest.url(`api/sessions/${encodeURIComponent(session)}/channel`);
    url.protocol = url.protocol.replace("http", "ws");
    if (this.#resume.since > 0) {
      url.searchParams.set("since", String(this.#resume.since)); // a newcomer gets the whole, compacted
    }
    if (this.#options.wake === false) {
      url.searchParams.set("wake", "no");
    }
    url.searchParams.set("ticket", ticket);
    if (this.#options.rest.token) {
      url.searchParams.set("token", this.#options.rest.token);
    }
    return url;
  }

  #receive(frame: Received): void {
    const now = Date.now();
    if (frame.type === "welcome") {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#dial = null;
      this.#liveness = new Liveness(now);
    }
    this.#liveness?.received(frame, now);
    if (this.#resume.take(frame)) {
      this.#events.onFrame(frame);
    }
    if (frame.type === "welcome") {
      this.#events.onLink({ kind: "open" });
    }
  }

  #ended(code: number): void {
    if (code === NOT_ALLOWED) {
      this.#giveUp({ code: "signed_out", text: "", remedy: "" });
    } else if (code === SESSION_ENDED) {
      this.#giveUp({ code: "session_ended", text: "", remedy: "" });
    } else {
      this.#lost(code === COME_BACK_LATER ? 3 : 1);
    }
  }

  #failed(error: unknown): void {
    if (error instanceof RestError && final(error.status)) {
      // Jupyter's own refusals, and a proxy's, have no code of ours.
      const stranger = error.status === 401 || error.problem.code === "http_403";
      this.#giveUp(stranger ? { ...error.problem, code: "signed_out" } : error.problem);
    } else {
      this.#lost();
    }
  }

  #lost(steps = 1): void {
    this.#drop();
    this.#attempt += steps;
    const wait = (this.#options.delay ?? delay)(this.#attempt);
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#events.onLink({ kind: "lost", attempt: this.#attempt, retryAt: Date.now() + wait });
  }

  #giveUp(problem: Problem): void {
    this.#drop();
    this.#closed = true;
    this.#events.onLink({ kind: "closed", problem });
  }

  /** Let go of the socket and of everything that belongs to it. */
  #drop(): void {
    clearTimeout(this.#timer);
    this.#dial?.abort();
    this.#dial = null;
    this.#liveness = null;
    const socket = this.#socket;
    this.#socket = null; // first, so that the events of the old one find nobody
    socket?.close();
  }
}

/** Whether asking again would only bring the same answer. 408 and 429 pass, and so do a proxy's 5xx. */
function final(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
