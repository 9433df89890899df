import { Draft, type Mention } from "./drafts";
import type { Received } from "./protocol/decode";
import type { Answer, Attachment, ClientFrame, Configure, DraftFields, Error as Refusal, Prompt, Question } from "./protocol/frames.gen";
import { type Connect, isGone, type Link, type Transport } from "./socket/transport";
import { lastShown } from "./state/branches";
import { type Conversation, EMPTY, type Turn } from "./state/conversation";
import { edited, unedited } from "./state/drafting";
import { Gatherer } from "./state/gather";
import { dropped, reject, sent } from "./state/outgoing";
import { reduceAll } from "./state/reduce";
import { Store } from "./state/store";
import { without } from "./state/weather";
import { strings } from "./view/strings";

const REPLAY_MS = 1_000;
const MAX_FRAME_BYTES = 1 << 20; // the server closes the connection over a larger one
const REMEMBERED = 20;
const EDIT_MS = 500; // in typing, before a change of the draft is sent
const REVIEW: readonly string[] = ["agent_unreviewed", "agent_changed"];

/** A person's answer, without what only the machine needs to know. */
export type Reply = Pick<Answer, "decision" | "message" | "rule" | "answers" | "input" | "changes">;

interface Rewinding {
  id: string;
  after: string | null;
  settle: (done: boolean) => void;
}

/** One panel's session: folds what arrives into the store, and turns what the person does into frames. */
export class Session {
  readonly store: Store<Conversation>;
  /** What the person is about to send. */
  readonly draft = new Draft();
  /** What the ids of its panel in the document begin with: a page may show one session twice, in a cell and beside it. */
  readonly prefix = `jcw-${newId().slice(0, 8)}`;
  readonly #transport: Transport;
  readonly #gatherer: Gatherer;
  #head: number | null = null; // where a replay ends, while it arrives
  #replay: ReturnType<typeof setTimeout> | undefined;
  #rewinds: Rewinding[] = [];
  #unsent: DraftFields = {}; // changes of the draft
  #editing: ReturnType<typeof setTimeout> | undefined;
  readonly #edits = new Map<string, DraftFields>(); // by frame
  readonly #agents = new Map<string, string>(); // that were chosen, by frame
  readonly #attached = new Map<string, readonly Attachment[]>(); // by prompt: the server lists only their names

  /** `before`: the session whose place this one takes; what the panel shows of their notebook goes on. */
  constructor(connect: Connect, before?: Session) {
    const { notebook, demo } = before?.store.state ?? EMPTY;
    this.store = new Store({ ...EMPTY, notebook, demo });
    if (before !== undefined && isGone(before.store.state.link)) {
      const { text, attachments, mentions } = before.draft.store.state; // nobody comes back to it there
      this.draft.putBefore(text, attachments, mentions);
    }
    this.#gatherer = new Gatherer((frames) => this.#fold(frames));
    this.#transport = connect({
      onFrame: (frame) => this.#gatherer.add(frame),
      onLink: (link) => this.#linked(link),
    });
    addEventListener("pagehide", this.#leaving);
  }

  /** Ask; `steer` puts it into the turn that runs, where one does. */
  prompt(text: string, attachments: Attachment[] = [], mentions: Mention[] = [], when: Prompt["when"] = "queue"): void {
    const beside = { ...(attachments.length > 0 && { attachments }), ...(mentions.length > 0 && { mentions }) };
    const frame: Prompt = { type: "prompt", id: newId(), prompt: newId(), text, ...beside };
    if (attachments.length > 0) {
      this.#attached.set(frame.prompt, attachments);
      for (const oldest of [...this.#attached.keys()].slice(0, -REMEMBERED)) {
        this.#attached.delete(oldest);
      }
    }
    this.#keep(when === "steer" ? { ...frame, when } : frame);
  }

  /** What went along with a prompt that this panel sent a while ago; null where that is not known any more. */
  attachmentsOf(prompt: string): readonly Attachment[] | null {
    return this.#attached.get(prompt) ?? null;
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
  configure(change: Pick<Configure, "model" | "effort" | "mode" | "agent" | "privacy" | "sealed">): void {
    const id = newId();
    if (change.agent) {
      this.#agents.set(id, change.agent);
    }
    this.#transport.send({ type: "configure", id, ...change });
  }

  /** Show the person an agent before it may run; null: they have decided. */
  review(agent: string | null): void {
    this.store.update((state) => ({ ...state, review: agent }));
  }

  /** Change the agent that is being made. It shows at once, and is sent in a moment. */
  editDraft(fields: DraftFields): void {
    this.store.update((state) => edited(state, fields));
    this.#unsent = { ...this.#unsent, ...fields };
    clearTimeout(this.#editing);
    this.#editing = setTimeout(this.flushDraft, EDIT_MS);
  }

  /** Send what was changed in the draft now. */
  readonly flushDraft = (): void => {
    clearTimeout(this.#editing);
    const fields = this.#unsent;
    this.#unsent = {};
    if (Object.keys(fields).length > 0) {
      const id = newId();
      this.#edits.set(id, fields);
      this.#transport.send({ type: "edit_draft", id, fields });
    }
  };

  /** Let the conversation go on after another turn; null: before the first one. Returns whether it came to that. */
  rewind(after: string | null): Promise<boolean> {
    const id = newId();
    if (!this.#transport.send({ type: "rewind", id, ...(after !== null && { after }) })) {
      return Promise.resolve(false);
    }
    return new Promise((settle) => this.#rewinds.push({ id, after, settle }));
  }

  /** Ask this instead of what the turn asked. Returns whether it was sent; it is not where going back was refused. */
  async resend(turn: Turn, text: string): Promise<boolean> {
    const back = lastShown(this.store.state) === turn.after || (await this.rewind(turn.after));
    if (back) {
      this.prompt(text, [...turn.attachments], [...turn.mentions]);
    }
    return back;
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
    removeEventListener("pagehide", this.#leaving);
    this.flushDraft();
    this.#keepUnsent();
    this.draft.dispose();
    this.#transport.dispose();
    this.#gatherer.dispose();
    this.#settleRewinds(() => false);
  }

  readonly #leaving = (event: PageTransitionEvent): void => {
    this.flushDraft();
    if (!event.persisted) {
      this.#keepUnsent();
      this.draft.save();
    }
  };

  /** What waits for a connection would go with the page: it comes back as a draft. */
  #keepUnsent(): void {
    const { link, outgoing } = this.store.state;
    const prompts = outgoing.flatMap(({ frame }) => (frame.type === "prompt" ? [frame] : []));
    if (link.kind !== "open" && prompts.length > 0) {
      const all = <T,>(of: (prompt: Prompt) => T[] | undefined) => prompts.flatMap((prompt) => of(prompt) ?? []);
      const text = prompts.map((prompt) => prompt.text).join("\n\n");
      this.draft.putBefore(text, all((prompt) => prompt.attachments), all((prompt) => prompt.mentions));
      this.store.update((state) => ({ ...state, outgoing: state.outgoing.filter(({ frame }) => frame.type !== "prompt") }));
    }
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
      this.#settleRewinds(() => false);
    }
    this.store.update((state) => ({ ...state, link }));
  }

  #fold(frames: Received[]): void {
    const now = Date.now();
    this.store.update((state) => reduceAll(state, frames, now));
    for (const frame of frames) {
      if (frame.type === "branch") {
        this.#settleRewinds(({ after }) => (after === (frame.after ?? null) ? true : null));
      } else if (frame.type === "error") {
        this.#settleRewinds(({ id }) => (id === frame.reply_to ? false : null));
        this.#refused(frame);
      }
    }
    const welcome = frames.findLast((frame) => frame.type === "welcome");
    if (welcome !== undefined) {
      this.draft.belongTo(welcome.session);
      this.#head = welcome.head;
      clearTimeout(this.#replay);
      this.#replay = setTimeout(() => this.#sendAgain(), REPLAY_MS); // the head itself may be missing from a replay
    }
    if (this.#head !== null && this.store.state.seq >= this.#head) {
      this.#sendAgain();
    }
  }

  /** What an error means beyond the notice of it. */
  #refused({ reply_to, problem }: Refusal): void {
    const fields = this.#edits.get(reply_to ?? "");
    const agent = this.#agents.get(reply_to ?? "");
    if (fields) {
      this.store.update((state) => unedited(state, fields));
    } else if (agent && REVIEW.includes(problem.code)) {
      this.dismiss(`refused:${problem.code}`);
      this.review(agent);
    }
  }

  /** Tell those who wait for going back how it ended; null: it has not. */
  #settleRewinds(how: (rewinding: Rewinding) => boolean | null): void {
    this.#rewinds = this.#rewinds.filter((rewinding) => {
      const done = how(rewinding);
      if (done !== null) {
        rewinding.settle(done);
      }
      return done === null;
    });
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
    this.#unsent = { ...this.store.state.drafting.mine };
    this.flushDraft();
  }
}

/** Bytes that are left in one message beside all this; below zero: it cannot be sent. */
export function roomBeside(text: string, attachments: readonly Attachment[], mentions: readonly Mention[] = []): number {
  const id = "0".repeat(36);
  return MAX_FRAME_BYTES - sizeOf({ type: "prompt", id, prompt: id, text, attachments: [...attachments], mentions: [...mentions], when: "queue" });
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
