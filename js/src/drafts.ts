import { keep, kept, keptKeys } from "./kept";
import type { Attachment } from "./protocol/frames.gen";
import { Store } from "./state/store";

const PREFIX = "jcw:draft:";
const SAVE_MS = 250;
const MOST_DRAFTS = 30;
const MOST_CHARS = 100_000;

/** What is written but not sent. */
export interface Writing {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

const NOTHING: Writing = { text: "", attachments: [] };

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
    const { text, attachments } = this.store.state;
    const first = this.#session === "";
    this.#session = session;
    if (first && (text || attachments.length > 0)) {
      this.save();
    } else {
      this.store.update(() => ({ text: textIn(kept(PREFIX + session)), attachments: held.get(session) ?? [] }));
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

  /** Put something in front of what is written; nothing of either is lost. */
  putBefore(text: string, attachments: readonly Attachment[]): void {
    this.store.update((now) => ({
      text: [text, now.text].filter((part) => part.trim()).join("\n\n"),
      attachments: [...attachments, ...now.attachments],
    }));
    this.#later();
  }

  clear(): void {
    this.store.update(() => NOTHING);
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
    const { text, attachments } = this.store.state;
    const key = PREFIX + this.#session;
    const keeps = text.trim() !== "" && text.length <= MOST_CHARS;
    if (keeps || kept(key) !== null) {
      keep(key, keeps ? JSON.stringify({ text, at: Date.now() }) : null);
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

function textIn(stored: string | null): string {
  const text = entry(stored)["text"];
  return typeof text === "string" ? text : "";
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
