import { Signal } from "@lumino/signaling";
import { Rest, type SessionResource } from "../rest";
import { findServer } from "../server";
import type { SessionState } from "../state/conversation";
import type { Front } from "./front";
import type { News } from "./news";

const RETRY_MS = 3_000;
const NEWS_BACK_MS = 30_000; // Jupyter's event bus comes back later than the server, and tells nothing of the time between

/** How the conversations of the notebook in front stand. The server says so in one answer, and then in its news: no connection to a session is held. */
export class Standing {
  readonly changed = new Signal<this, void>(this);
  readonly #front: Front;
  readonly #sessions = new Map<string, Pick<SessionResource, "state" | "questions">>();
  #notebook: string | null = null;
  #asking = false;

  constructor(front: Front) {
    this.#front = front;
    front.changed.connect(() => this.#follow());
    front.renamed.connect(() => this.#follow());
    this.#follow();
  }

  /** Of the conversation that does the most; null where the notebook has none. */
  get state(): SessionState | null {
    const states = [...this.#sessions.values()].map(({ state }) => state);
    return BY_WEIGHT.find((state) => states.includes(state)) ?? null;
  }

  /** How many questions are open in all of them. */
  get questions(): number {
    return [...this.#sessions.values()].reduce((sum, { questions }) => sum + questions, 0);
  }

  heard({ session_id, notebook, context, state, questions, change }: News): void {
    if (notebook !== this.#notebook || context !== "workspace") {
      return;
    }
    if (change === "ended") {
      this.#sessions.delete(session_id);
    } else {
      this.#sessions.set(session_id, { state, questions });
    }
    this.changed.emit();
  }

  /** The server is perhaps away, and its news with it: ask until it answers, and once more when its news are back. */
  lost(): void {
    if (!this.#asking) {
      this.#asking = true;
      void this.#untilAnswered().then(async () => {
        await pause(NEWS_BACK_MS);
        this.#asking = false;
        await this.#again();
      });
    }
  }

  async #untilAnswered(): Promise<void> {
    do {
      await pause(RETRY_MS);
    } while (!(await this.#again()));
  }

  /** Ask anew about all; returns whether the server answered. */
  async #again(): Promise<boolean> {
    this.#sessions.clear(); // what is shown stays until there is an answer
    return this.#notebook === null || this.#ask(this.#notebook).then(
      () => true,
      () => false,
    );
  }

  #follow(): void {
    if (this.#front.notebook === this.#notebook) {
      return;
    }
    this.#notebook = this.#front.notebook;
    this.#sessions.clear();
    this.changed.emit();
    if (this.#notebook !== null) {
      this.#ask(this.#notebook).catch(() => {}); // the panel says what is wrong; here nothing is known
    }
  }

  async #ask(notebook: string): Promise<void> {
    const server = findServer(document, location.href);
    const found = server === null ? [] : await new Rest(server).sessions(notebook);
    if (notebook === this.#notebook) {
      for (const { session_id, context, state, questions } of found) {
        if (context === "workspace" && !this.#sessions.has(session_id)) {
          this.#sessions.set(session_id, { state, questions });
        }
      }
      this.changed.emit();
    }
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const BY_WEIGHT: readonly SessionState[] = ["waiting", "running", "failed", "stopping", "waking", "ready", "asleep"];
