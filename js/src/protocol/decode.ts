import type { ServerFrame } from "./frames.gen";

/** A frame of a type that this panel is too old to know. It is shown, never dropped in silence. */
export interface UnknownFrame {
  type: "unknown";
  name: string;
  seq: number | undefined;
}

export type Received = ServerFrame | UnknownFrame;

// A record over the union, so that a new frame type is a compile error here until it is handled.
const KNOWN: Record<ServerFrame["type"], true> = {
  welcome: true,
  snapshot: true,
  error: true,
  turn_started: true,
  steered: true,
  branch: true,
  text: true,
  thinking: true,
  tool_input: true,
  message: true,
  discard: true,
  tool_started: true,
  tool_progress: true,
  tool_finished: true,
  question: true,
  question_settled: true,
  plan: true,
  notice: true,
  turn_ended: true,
  state: true,
  queue: true,
  configured: true,
  sent: true,
  notebook_changed: true,
  agent_draft: true,
  agent_saved: true,
};

/** Parse one message of the channel. Anything that is not a frame comes back as an `UnknownFrame`. */
export function decode(data: unknown): Received {
  let raw: unknown;
  try {
    raw = JSON.parse(String(data));
  } catch {
    return { type: "unknown", name: "not JSON", seq: undefined };
  }
  if (typeof raw !== "object" || raw === null || !("type" in raw) || typeof raw.type !== "string") {
    return { type: "unknown", name: "no type", seq: undefined };
  }
  if (Object.hasOwn(KNOWN, raw.type)) {
    return raw as ServerFrame;
  }
  const seq = "seq" in raw && typeof raw.seq === "number" ? raw.seq : undefined;
  return { type: "unknown", name: raw.type.slice(0, 80), seq };
}

/** The frame's number in its session; undefined for frames that belong to one connection only. */
export function seqOf(frame: Received): number | undefined {
  return "seq" in frame ? frame.seq : undefined;
}

/** For the default of a `switch` over frames: a forgotten kind is a compile error. */
export function never(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
