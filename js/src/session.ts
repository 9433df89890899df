import type { Received } from "./protocol/decode";
import type { Answer, Attachment, ClientFrame, Configure, Prompt, Question } from "./protocol/frames.gen";
import type { Connect, Link, Transport } from "./socket/transport";
import { EMPTY } from "./state/conversation";
import { Gatherer } from "./state/gather";
import { dropped, reject, sent } from "./state/outgoing";
import { reduce } from "./state/reduce";
import { Store } from "./state/store";
import { without } from "./state/weather";
import { strings } from "./view/strings";

const REPLAY_MS = 1_000;
const MAX_FRAME_BYTES = 1 << 20; // the server closes the connection over a larger one

/** A person's answer, without what only the machine needs to know. */
export type Reply = Pick<Answer, "decision" | "message" | "rule" | "answers">;

/** One panel's session: folds what arrives into the store, and turns what the person does into frames. */
export class Session {
  readonly store = new Store(EMPTY);
  readonly #transport: Transport;
  readonly #gatherer: Gatherer;
  #head: number | null = null; // where a replay ends, while it arrives
  #replay: ReturnType<typeof setTimeout> | undefined;

  constructor(connect: Connect) {
    this.#gatherer = new Gatherer((frames) => this.#fold(frames));
    this.#transport = connect({
      onFrame: (frame) => this.#gatherer.add(frame),
      onLink: (link) => this.#linked(link),
    });
  }

  /** Ask; `steer` puts it into the turn that runs, where one does. */
  prompt(text: string, attachments: Attachment[] = [], when: Prompt["when"] = "queue"): void {
    const frame: Prompt = { type: "prompt", id: newId(), prompt: newId(), text, ...(attachments.length > 0 && { attachments }) };
    this.#keep(when === "steer" ? { ...frame, when } : frame);
  }

  answer(question: Question, reply: Reply): void {
    this.#keep({ type: "answer", id: newId(), question: question.question, nonce: question.nonce, ...reply });
  }

  interrupt(): void {
    this.#transport.send({ type: "interrupt", id: newId() });
  }

  restart(): void {
    this.#transport.send({ type: "restart", id: newId() });
  }

  unqueue(prompt: string): void {
    this.#transport.send({ type: "unqueue", id: newId(), prompt });
  }

  reorder(prompts: string[]): void {
    this.#transport.send({ type: "reorder", id: newId(), prompts });
  }

  /** Change what the session runs with; null: Claude Code's own default. */
  configure(change: Pick<Configure, "model" | "effort" | "mode">): void {
    this.#transport.send({ type: "configure", id: newId(), ...change });
  }

  /** Let the conversation go on after another turn; null: before the first one. */
  rewind(after: string | null): void {
    this.#transport.send({ type: "rewind", id: newId(), ...(after !== null && { after }) });
  }

  /** Give up on a prompt or an answer that was refused. */
  forget(id: string): void {
    this.store.update((state) => dropped(state, id));
  }

  dismiss(code: string): void {
    this.store.update((state) => without(state, [code]));
  }

  reconnect(): void {
    this.#transport.retry();
  }

  dispose(): void {
    clearTimeout(this.#replay);
    this.#transport.dispose();
    this.#gatherer.dispose();
  }

  #keep(frame: Prompt | Answer): void {
    this.store.update((state) => sent(state, frame));
    if (sizeOf(frame) > MAX_FRAME_BYTES) {
      const problem = { code: "too_large", text: strings.tooLarge, remedy: strings.tooLargeRemedy };
      this.store.update((state) => reject(state, frame.id ?? "", problem));
    } else {
      this.#transport.send(frame);
    }
  }

  #linked(link: Link): void {
    if (link.kind !== "open") {
      this.#gatherer.flush();
    }
    this.store.update((state) => ({ ...state, link }));
  }

  #fold(frames: Received[]): void {
    const now = Date.now();
    this.store.update((state) => frames.reduce((folded, frame) => reduce(folded, frame, now), state));
    const welcome = frames.findLast((frame) => frame.type === "welcome");
    if (welcome !== undefined) {
      this.#head = welcome.head;
      clearTimeout(this.#replay);
      this.#replay = setTimeout(() => this.#sendAgain(), REPLAY_MS); // the head itself may be missing from a replay
    }
    if (this.#head !== null && this.store.state.seq >= this.#head) {
      this.#sendAgain();
    }
  }

  /**
   * After a reconnect and its replay: what the server has not confirmed. Where it knows a frame all the same, it drops a
   * prompt and refuses an answer.
   */
  #sendAgain(): void {
    this.#head = null;
    clearTimeout(this.#replay);
    for (const { frame, problem } of this.store.state.outgoing) {
      if (problem === null) {
        this.#transport.send(frame satisfies ClientFrame);
      }
    }
  }
}

function sizeOf(frame: ClientFrame): number {
  return new TextEncoder().encode(JSON.stringify(frame)).length;
}

/** A random UUID, also where `crypto.randomUUID` is missing because the page came over plain HTTP. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
