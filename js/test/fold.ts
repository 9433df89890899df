import type { Received } from "../src/protocol/decode";
import type { ServerFrame } from "../src/protocol/frames.gen";
import { type Conversation, EMPTY } from "../src/state/conversation";
import { reduce } from "../src/state/reduce";

type Numbered = "seq" | "at" | "turn";
type Short<F> = F extends { seq: number } ? Omit<F, Numbered> & { turn?: string | null; at?: number } : F;

/** A frame of turn "t1" without what is the same for all of them. */
export type ShortFrame = Short<ServerFrame>;

/** Number the frames from `first`, a second apart. */
export function numbered(frames: readonly ShortFrame[], first = 1): Received[] {
  return frames.map((frame, index) =>
    ["welcome", "snapshot", "error"].includes(frame.type)
      ? (frame as Received)
      : ({ turn: "t1", at: 1000 * (first + index), ...frame, seq: first + index } as Received),
  );
}

export function fold(frames: readonly ShortFrame[], state: Conversation = EMPTY): Conversation {
  return numbered(frames, state.seq + 1).reduce((folded, frame) => reduce(folded, frame, 1_000_000), state);
}

/** The frame, of another turn. */
export function of(turn: string | null, frame: ShortFrame): ShortFrame {
  return { ...frame, turn } as ShortFrame;
}

export const started: ShortFrame = { type: "turn_started", origin: { kind: "prompt", prompt: "p1" }, text: "Hello", attachments: [], mentions: [] };

export const ended: ShortFrame = { type: "turn_ended", why: "completed", prompt_kept: false };

export function text(piece: string, message = "m1", block = 0): ShortFrame {
  return { type: "text", message, block, text: piece };
}

export function whole(full: string, message = "m1", block = 0, parent: string | null = null): ShortFrame {
  return { type: "message", message, block, kind: "text", text: full, partial: false, parent };
}

export function toolStarted(tool: string, parent: string | null = null, name = "Bash"): ShortFrame {
  return { type: "tool_started", tool, name, input: { command: "ls" }, message: "m1", block: 1, parent };
}

export function toolFinished(tool: string): ShortFrame {
  return { type: "tool_finished", tool, outcome: "done", content: [], omitted: 0 };
}

export function permission(question: string, tool: string | null = null): ShortFrame {
  const ask = { kind: "permission", name: "Bash", input: { command: "ls" }, title: "Run", reason: "", rules: [] } as const;
  return { type: "question", question, nonce: "n", tool, ask: { ...ask, rules: [] } };
}
