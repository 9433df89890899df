import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Received, seqOf } from "../src/protocol/decode";
import { Rest } from "../src/rest";
import { Channel } from "../src/socket/channel";
import type { Link } from "../src/socket/transport";
import { send, text, Wire, welcome } from "./wire";

let wire: Wire;
let rest: Rest;
let frames: Received[];
let links: Link[];
const open: Channel[] = [];

beforeEach(async () => {
  wire = new Wire();
  rest = new Rest({ base: await wire.listen(), token: "" });
  frames = [];
  links = [];
});

afterEach(async () => {
  for (const channel of open.splice(0)) {
    channel.dispose();
  }
  await wire.close();
});

function channel(): Channel {
  const options = { rest, open: async () => "s 1", delay: () => 5 };
  const made = new Channel(options, { onFrame: (frame) => frames.push(frame), onLink: (link) => links.push(link) });
  open.push(made);
  return made;
}

const numbers = () => frames.map(seqOf).filter((seq) => seq !== undefined);
const opened = () => vi.waitFor(() => expect(links.at(-1)?.kind).toBe("open"), 5000);

describe("opening", () => {
  test("asks for a ticket by POST with the XSRF header, and opens the channel with it", async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: this is how Jupyter hands the value to the page
    document.cookie = "_xsrf=2|abc";
    channel();
    await opened();
    const [request] = wire.tickets;
    expect(request?.method).toBe("POST");
    expect(request?.url).toBe("/user/ann/claude-workspace/api/sessions/s%201/ticket");
    expect(request?.headers["x-xsrftoken"]).toBe("2|abc");
    expect(await wire.connection(0)).toMatchObject({ since: null, ticket: "ticket-1" });
    expect(links.map((link) => link.kind)).toEqual(["opening", "open"]);
  });

  test("is over only with the welcome; before it nothing is sent", async () => {
    wire.onOpen = () => {};
    const made = channel();
    const { peer } = await wire.connection(0);
    expect(made.send({ type: "interrupt" })).toBe(false);
    welcome(peer);
    await opened();
    expect(made.send({ type: "interrupt" })).toBe(true);
    await vi.waitFor(() => expect(wire.connections[0]?.got).toEqual([{ type: "interrupt" }]));
  });

  test("uses the page's token where the cookie is refused, on the socket too", async () => {
    rest = new Rest({ base: rest.server.base, token: "secret" });
    wire.refusals.push([403, { message: "Forbidden" }]);
    channel();
    await opened();
    expect(wire.tickets.map((request) => request.headers.authorization)).toEqual([undefined, "token secret"]);
    expect(wire.connections[0]?.token).toBe("secret");
  });
});

describe("a connection that breaks", () => {
  test("is opened again from the last number, and every frame arrives once and in order", async () => {
    wire.onOpen = ({ peer, since }) => {
      const from = Number(since);
      welcome(peer, from + 3);
      send(peer, text(from), text(from + 1), text(from + 2), text(from + 3)); // the first came before
      if (from < 30) {
        setTimeout(() => peer.terminate(), 5);
      }
    };
    channel();
    await vi.waitFor(() => expect(numbers().length).toBeGreaterThanOrEqual(33), 10_000);
    expect(numbers().slice(0, 33)).toEqual(Array.from({ length: 33 }, (_, index) => index + 1));
    expect(new Set(wire.connections.map((seen) => seen.ticket)).size).toBe(wire.connections.length);
  });

  test("in the middle of a snapshot asks for all of it again", async () => {
    wire.onOpen = ({ peer }) => {
      welcome(peer, 9);
      send(peer, { type: "snapshot", head: 9 }, text(4));
      if (wire.connections.length === 1) {
        setTimeout(() => peer.terminate(), 5);
      } else {
        send(peer, text(9));
      }
    };
    channel();
    await vi.waitFor(() => expect(numbers()).toEqual([4, 4, 9]), 5000);
    expect(wire.connections.map((seen) => seen.since)).toEqual([null, null]);
  });

  test("says when it will be tried again, and does so at once when asked", async () => {
    const slow = new Channel(
      { rest, open: async () => "s", delay: () => 60_000 },
      { onFrame: () => {}, onLink: (link) => links.push(link) },
    );
    open.push(slow);
    await opened();
    wire.connections[0]?.peer.close(1011);
    await vi.waitFor(() => expect(links.at(-1)).toMatchObject({ kind: "lost", attempt: 1 }));
    slow.retry();
    await wire.connection(1);
    await opened();
  });

  test("is tried again at once when the computer is online again", async () => {
    const slow = new Channel(
      { rest, open: async () => "s", delay: () => 60_000 },
      { onFrame: () => {}, onLink: (link) => links.push(link) },
    );
    open.push(slow);
    await opened();
    wire.connections[0]?.peer.terminate();
    await vi.waitFor(() => expect(links.at(-1)?.kind).toBe("lost"));
    window.dispatchEvent(new Event("online"));
    await wire.connection(1);
  });

  test("is tried again after a server error, and after one that asks to come back later", async () => {
    wire.refusals.push([503, { code: "busy", message: "Busy" }], [429, {}]);
    channel();
    await opened();
    wire.connections[0]?.peer.close(1013);
    await wire.connection(1);
    await opened();
    expect(links.filter((link) => link.kind === "lost")).toHaveLength(3);
  });
});

describe("what cannot be mended by trying again", () => {
  test("a session that does not exist is told in the server's words, and left", async () => {
    wire.refusals.push([404, { code: "session_unknown", message: "No session has this id.", remedy: "Open another." }]);
    channel();
    await vi.waitFor(() => expect(links.at(-1)?.kind).toBe("closed"));
    expect(links.at(-1)).toEqual({ kind: "closed", problem: { code: "session_unknown", text: "No session has this id.", remedy: "Open another." } });
    expect(wire.tickets).toHaveLength(1);
  });

  test.each([
    ["the server says so", () => wire.refusals.push([403, { code: "signed_out", message: "You are not signed in." }])],
    ["Jupyter refuses the ticket itself", () => wire.refusals.push([403, { message: "Forbidden" }])],
    ["the channel is closed with 1008", () => { wire.onOpen = ({ peer }) => peer.close(1008); }],
  ])("it says so where the person is signed out: %s", async (_how, prepare) => {
    prepare();
    channel();
    await vi.waitFor(() => expect(links.at(-1)).toMatchObject({ kind: "closed", problem: { code: "signed_out" } }));
    expect(wire.tickets).toHaveLength(1);
  });
});

test("a session that was ended is left", async () => {
  wire.onOpen = ({ peer }) => peer.close(1000);
  channel();
  await vi.waitFor(() => expect(links.at(-1)).toMatchObject({ kind: "closed", problem: { code: "session_ended" } }));
});

test("after dispose the socket is closed, and nothing is reported or tried any more", async () => {
  const made = channel();
  await opened();
  const { peer } = await wire.connection(0);
  const closed = new Promise((resolve) => peer.once("close", resolve));
  send(peer, text(1));
  made.dispose();
  await closed;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(wire.connections).toHaveLength(1);
  expect(links.at(-1)?.kind).toBe("open");
  expect(numbers()).toEqual([]);
});
