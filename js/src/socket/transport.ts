import type { Received } from "../protocol/decode";
import type { ClientFrame, Problem } from "../protocol/frames.gen";

/** How the panel reaches its session at the moment. */
export type Link =
  | { kind: "opening" }
  | { kind: "open" }
  | { kind: "lost"; attempt: number; retryAt: number }
  | { kind: "closed"; problem: Problem };

/** What a transport tells its owner. */
export interface TransportEvents {
  onFrame(frame: Received): void;
  onLink(link: Link): void;
}

/** The way to a session, whatever it is made of. */
export interface Transport {
  /** Send now. False where there is no connection: the frame was dropped, and the caller keeps what must not be lost. */
  send(frame: ClientFrame): boolean;
  /** Try again at once instead of at the next scheduled time. */
  retry(): void;
  dispose(): void;
}

/** Opens a transport; it reports from then on, until it is disposed of. */
export type Connect = (events: TransportEvents) => Transport;

/** Whether there is no such session any more, so that it is no use to try again. */
export function isGone(link: Link): boolean {
  return link.kind === "closed" && (link.problem.code === "session_ended" || link.problem.code === "session_unknown");
}
