import type { LiveDown, LiveUp } from "../../protocol/frames.gen";
import { type Rest, RestError } from "../../rest";
import { delay } from "../../socket/backoff";

const STEADY_MS = 10_000; // a connection that held so long was a good one
const NOT_ALLOWED = 1008;

interface LinkEvents {
  /** What is said first on every new connection. */
  greeting(): LiveUp[];
  onFrame(frame: LiveDown): void;
}

/** The live channel's WebSocket; opened again whenever it breaks. Whoever comes back to the page makes it try at once. */
export class LiveLink {
  readonly #rest: Rest;
  readonly #events: LinkEvents;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dialling = false;

  constructor(rest: Rest, events: LinkEvents) {
    this.#rest = rest;
    this.#events = events;
    window.addEventListener("online", () => this.#retry());
    window.addEventListener("focus", () => this.#retry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#retry());
    this.#connect();
  }

  /** Send now. False where there is no connection: it was dropped; the next one begins with the greeting. */
  send(frame: LiveUp): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #retry(): void {
    if (this.#socket === null && !this.#dialling) {
      this.#connect();
    }
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#dialling = true;
    this.#dial()
      .catch((error: unknown) => this.#later(error instanceof RestError && final(error.status)))
      .finally(() => {
        this.#dialling = false;
      });
  }

  async #dial(): Promise<void> {
    const { ticket } = await this.#rest.request<{ ticket: string }>("POST", "api/live/ticket", {});
    const url = this.#rest.url("api/live");
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("ticket", ticket);
    if (this.#rest.token) {
      url.searchParams.set("token", this.#rest.token);
    }
    const socket = new WebSocket(url);
    const opened = Date.now();
    this.#socket = socket;
    socket.onopen = () => this.#events.greeting().forEach((frame) => void this.send(frame));
    socket.onmessage = ({ data }) => this.#events.onFrame(JSON.parse(String(data)) as LiveDown);
    socket.onclose = ({ code }) => {
      this.#socket = null;
      this.#attempt = Date.now() - opened > STEADY_MS ? 0 : this.#attempt;
      this.#later(code === NOT_ALLOWED);
    };
  }

  /** @param refused it is no use to try again by itself */
  #later(refused: boolean): void {
    this.#attempt += 1;
    if (!refused) {
      this.#timer = setTimeout(() => this.#retry(), delay(this.#attempt));
    }
  }
}

/** 408 and 429 pass, and so do a proxy's 5xx. */
function final(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
