import { Signal } from "@lumino/signaling";
import { Rest, type SessionResource } from "../rest";
import { findServer } from "../server";
import type { SessionState } from "../state/conversation";
import type { Front } from "./front";
import type { News } from "./news";

/** How the conversations of the notebook in front stand. The server says so in one answer, and then in its news: no connection to a session is held. */
export class Standing {
  readonly changed = new Signal<this, void>(this);
  readonly #front: Front;
  readonly #sessions = new Map<string, Pick<SessionResource, "state" | "questions">>();
  #notebook: string | null = null;

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

const BY_WEIGHT: readonly SessionState[] = ["waiting", "running", "failed", "stopping", "waking", "ready", "asleep"];
