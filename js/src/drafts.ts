import { keep, kept, keptKeys } from "./kept";
import type { Attachment, Prompt } from "./protocol/frames.gen";
import { Store } from "./state/store";

const PREFIX = "jcw:draft:";
const SAVE_MS = 250;
const MOST_DRAFTS = 30;
const MOST_CHARS = 100_000;

/** Something of the notebook's that goes along with a prompt. */
export type Mention = NonNullable<Prompt["mentions"]>[number];

/** What is written but not sent. */
export interface Writing {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  /** What goes along because of where the person is in the notebook when they send. */
  readonly along: readonly Mention[];
}

const NOTHING: Writing = { text: "", attachments: [], mentions: [], along: [] };

// Attachments are too large for the browser's store; they outlive a panel that is drawn again, not the page.
const held = new Map<string, readonly Attachment[]>();

/** What the person is about to send. The text is kept in this browser until then, so that a reload does not lose it. */
export class Draft {
  readonly store = new Store<Writing>(NOTHING);
  #session = "";
  #changed = false; // another panel of the same session may have sent it meanwhile: only a change here is saved
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener("pagehide", this.save);
  }

  /** From here on it is the draft of this session. What was kept for it comes back, unless it is the first one and something is written already. */
  belongTo(session: string): void {
    if (session === this.#session) {
      return;
    }
    this.save();
    const { text, attachments, mentions } = this.store.state;
    const first = this.#session === "";
    this.#session = session;
    if (first && (text || attachments.length > 0 || mentions.length > 0)) {
      this.save();
    } else {
      this.store.update(({ along }) => ({ ...writingIn(kept(PREFIX + session)), attachments: held.get(session) ?? [], along }));
    }
  }

  write(text: string): void {
    this.store.update((now) => (now.text === text ? now : { ...now, text }));
    this.#later();
  }

  attach(added: readonly Attachment[]): void {
    this.store.update((now) => ({ ...now, attachments: [...now.attachments, ...added] }));
    this.#later();
  }

  detach(index: number): void {
    this.store.update((now) => ({ ...now, attachments: now.attachments.toSpliced(index, 1) }));
    this.#later();
  }

  /** Let these be all that is mentioned. */
  mention(mentions: readonly Mention[]): void {
    this.store.update((now) => ({ ...now, mentions: once(mentions) }));
    this.#later();
  }

  /** Let these go along with whatever is sent next, and not be kept. */
  goAlong(along: readonly Mention[]): void {
    this.store.update((now) => ({ ...now, along }));
  }

  /** All that goes along of the notebook. */
  get mentioned(): Mention[] {
    return once([...this.store.state.mentions, ...this.store.state.along]);
  }

  /** Put something in front of what is written; nothing of either is lost. */
  putBefore(text: string, attachments: readonly Attachment[], mentions: readonly Mention[] = []): void {
    this.store.update((now) => ({
      text: [text, now.text].filter((part) => part.trim()).join("\n\n"),
      attachments: [...attachments, ...now.attachments],
      mentions: once([...mentions, ...now.mentions]),
      along: now.along,
    }));
    this.#later();
  }

  clear(): void {
    this.store.update(({ along }) => ({ ...NOTHING, along }));
    this.#changed = true;
    this.save();
  }

  dispose(): void {
    removeEventListener("pagehide", this.save);
    this.save();
  }

  #later(): void {
    this.#changed = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.save, SAVE_MS);
  }

  /** Keep it now, rather than in a moment. */
  readonly save = (): void => {
    clearTimeout(this.#timer);
    if (!this.#session || !this.#changed) {
      return;
    }
    this.#changed = false;
    const { text, attachments, mentions } = this.store.state;
    const key = PREFIX + this.#session;
    const keeps = (text.trim() !== "" || mentions.length > 0) && text.length <= MOST_CHARS;
    if (keeps || kept(key) !== null) {
      keep(key, keeps ? JSON.stringify({ text, mentions, at: Date.now() }) : null);
    }
    if (keeps) {
      forgetOldest();
    }
    held.delete(this.#session);
    if (attachments.length > 0) {
      held.set(this.#session, attachments);
    }
  };
}

function forgetOldest(): void {
  const keys = keptKeys(PREFIX);
  if (keys.length > MOST_DRAFTS) {
    const oldest = keys.sort((one, other) => timeIn(kept(one)) - timeIn(kept(other)));
    for (const key of oldest.slice(0, keys.length - MOST_DRAFTS)) {
      keep(key, null);
    }
  }
}

function writingIn(stored: string | null): Pick<Writing, "text" | "mentions"> {
  const { text, mentions } = entry(stored);
  return { text: typeof text === "string" ? text : "", mentions: Array.isArray(mentions) ? (mentions as Mention[]) : [] };
}

/** Each once; of one cell's selections the last one. */
function once(mentions: readonly Mention[]): Mention[] {
  const key = (mention: Mention) => mention.kind + ("cell" in mention ? mention.cell : mention.name);
  return [...new Map(mentions.map((mention) => [key(mention), mention])).values()];
}

function timeIn(stored: string | null): number {
  return Number(entry(stored)["at"]) || 0;
}

function entry(stored: string | null): Record<string, unknown> {
  try {
    return (JSON.parse(stored ?? "{}") as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
