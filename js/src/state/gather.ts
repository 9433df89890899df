import { type Received, seqOf } from "../protocol/decode";

/** Frames that a person waits for: they are handed on at once. */
const URGENT: ReadonlySet<Received["type"]> = new Set(["turn_ended", "question"]);
/**
 * The least time between two flushes. Shorter than an animation frame, because text is drawn with the next one after it
 * was handed on: waiting for a frame here too would make each word two frames late.
 */
const VISIBLE_MS = 10;
const HIDDEN_MS = 250;
const MOST = 5_000;
const MOST_OF_SNAPSHOT = 100_000;
/** A snapshot is whole when its head has come, or when nothing more comes for so long: its last frame may be older. */
const SNAPSHOT_MS = 50;

/** Gathers frames, so that a fast stream or a long replay costs few renderings, and a slow one no delay. */
export class Gatherer {
  #frames: Received[] = [];
  #flushedAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #snapshot: number | null = null; // head of the one that is arriving
  readonly #flushed: (frames: Received[]) => void;

  constructor(flushed: (frames: Received[]) => void) {
    this.#flushed = flushed;
    document.addEventListener("visibilitychange", this.flush);
  }

  add(frame: Received): void {
    if (!joined(this.#frames.at(-1), frame, this.#frames)) {
      this.#frames.push(frame);
    }
    if (frame.type === "snapshot") {
      this.#snapshot = frame.head;
    }
    if (this.#snapshot !== null && this.#frames.length < MOST_OF_SNAPSHOT) {
      this.#awaitRest(frame, this.#snapshot);
      return;
    }
    const pause = document.visibilityState === "visible" ? VISIBLE_MS : HIDDEN_MS;
    const wait = this.#flushedAt + pause - performance.now();
    if (wait <= 0 || URGENT.has(frame.type) || this.#frames.length >= MOST) {
      this.flush();
    } else {
      this.#timer ??= setTimeout(this.flush, wait);
    }
  }

  readonly flush = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#snapshot = null;
    if (this.#frames.length > 0) {
      const frames = this.#frames;
      this.#frames = [];
      this.#flushedAt = performance.now();
      this.#flushed(frames);
    }
  };

  /** A snapshot is shown as a whole: half of it would throw the reader to another place of a shorter conversation. */
  #awaitRest(frame: Received, head: number): void {
    clearTimeout(this.#timer);
    if ((seqOf(frame) ?? 0) >= head) {
      this.flush();
    } else {
      this.#timer = setTimeout(this.flush, SNAPSHOT_MS);
    }
  }

  dispose(): void {
    document.removeEventListener("visibilitychange", this.flush);
    this.#frames = [];
    this.flush();
  }
}

/** Whether the frame could be joined to the one before: pieces of one block are one longer piece. */
function joined(last: Received | undefined, frame: Received, frames: Received[]): boolean {
  if (!isPiece(last) || !isPiece(frame)) {
    return false;
  }
  const same = last.type === frame.type && last.message === frame.message && last.block === frame.block;
  if (!same || last.turn !== frame.turn || frame.seq <= last.seq) {
    return false;
  }
  frames[frames.length - 1] = { ...last, seq: frame.seq, at: frame.at, text: last.text + frame.text };
  return true;
}

type Piece = Extract<Received, { type: "text" | "thinking" | "tool_input" }>;

function isPiece(frame: Received | undefined): frame is Piece {
  return frame?.type === "text" || frame?.type === "thinking" || frame?.type === "tool_input";
}
