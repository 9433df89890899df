import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket as Peer, WebSocketServer } from "ws";
import { vi } from "vitest";
import type { ClientFrame } from "../src/protocol/frames.gen";

/** One connection as the server saw it. */
export interface Seen {
  path: string;
  since: string | null;
  ticket: string | null;
  token: string | null;
  got: ClientFrame[];
  peer: Peer;
}

/** A real HTTP and WebSocket server on loopback that a test scripts: what it answers, and what it sends. */
export class Wire {
  readonly connections: Seen[] = [];
  readonly tickets: IncomingMessage[] = [];
  /** Status and body of the next answers to a ticket request; 200 with a ticket when there are none left. */
  readonly refusals: [number, unknown][] = [];
  /** What answers other requests than for a ticket, by method and path below `api/`; and which there were. */
  readonly rest = new Map<string, (body: unknown, query: URLSearchParams) => [number, unknown]>();
  readonly asked: { what: string; query: string; body: unknown }[] = [];
  /** Their headers, in the same order. */
  readonly headers: IncomingHttpHeaders[] = [];
  /** What happens when a client has connected. */
  onOpen: (seen: Seen) => void = (seen) => welcome(seen.peer);
  readonly #http: HttpServer;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor() {
    this.#http = createServer((request, response) => this.#answer(request, response));
    this.#http.on("upgrade", (request, socket, head) =>
      this.#sockets.handleUpgrade(request, socket, head, (peer) => this.#connected(request, peer)),
    );
  }

  async listen(): Promise<URL> {
    await new Promise<void>((resolve) => this.#http.listen(0, "127.0.0.1", resolve));
    return new URL(`http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/user/ann/`);
  }

  /** The connection number `index`, once it is there. */
  async connection(index: number): Promise<Seen> {
    await vi.waitFor(() => {
      if (this.connections.length <= index) {
        throw new Error(`only ${this.connections.length} connections so far`);
      }
    }, 5000);
    return this.connections[index] as Seen;
  }

  async close(): Promise<void> {
    for (const { peer } of this.connections) {
      peer.terminate();
    }
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [status, body] = (await this.#scripted(request)) ?? this.#ticket(request);
    response.writeHead(status, { "Content-Type": "application/json", "Access-Control-Allow-Origin": "*" });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  }

  #ticket(request: IncomingMessage): [number, unknown] {
    if (!request.url?.endsWith("/ticket")) {
      return [404, { code: "not_found", message: "There is nothing here.", remedy: "" }];
    }
    this.tickets.push(request);
    return this.refusals.shift() ?? [200, { ticket: `ticket-${this.tickets.length}` }];
  }

  async #scripted(request: IncomingMessage): Promise<[number, unknown] | undefined> {
    const { pathname, search, searchParams } = new URL(request.url ?? "", "http://wire");
    const what = `${request.method} ${pathname.split("/api/")[1]}`;
    const script = this.rest.get(what);
    if (script === undefined) {
      return undefined;
    }
    const sent = Buffer.concat(await request.toArray()).toString();
    const body: unknown = sent ? JSON.parse(sent) : null;
    this.asked.push({ what, query: search, body });
    this.headers.push(request.headers);
    return script(body, searchParams);
  }

  #connected(request: IncomingMessage, peer: Peer): void {
    const { pathname: path, searchParams } = new URL(request.url ?? "", "http://wire");
    const [since, ticket, token] = ["since", "ticket", "token"].map((key) => searchParams.get(key)) as [string, string, string | null];
    const seen: Seen = { path, since, ticket, token, got: [], peer };
    peer.on("message", (data) => seen.got.push(JSON.parse(String(data))));
    this.connections.push(seen);
    this.onOpen(seen);
  }
}

export function send(peer: Peer, ...frames: object[]): void {
  for (const frame of frames) {
    peer.send(JSON.stringify(frame));
  }
}

export function welcome(peer: Peer, head = 0): void {
  const settings = { mode: "default" };
  send(peer, { type: "welcome", protocol: 1, session: "s", context: "workspace", notebook: "a.ipynb", title: "", head, state: "ready", settings, demo: false });
}

export function text(seq: number, piece = `piece ${seq} `): object {
  return { type: "text", seq, at: seq, turn: "t1", message: "m", block: 0, text: piece };
}
