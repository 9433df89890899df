import { type Rest, RestError, type SessionResource } from "../rest";
import { Store } from "../state/store";
import { Chosen } from "./chosen";
import type { Front } from "./front";
import { Seat } from "./seat";

/** What the sidebar shows. */
export type View =
  | { kind: "none" }
  | { kind: "looking"; notebook: string }
  | { kind: "blank"; notebook: string }
  | { kind: "problem"; notebook: string; text: string; remedy: string }
  | { kind: "seat"; notebook: string; seat: Seat; agent: boolean };

/** A session that is to be shown. */
export type Wanted = Pick<SessionResource, "notebook" | "session_id" | "context">;

const MOST_SEATS = 4;
const AWAY_MS = 60_000;
const NOT_FOUND = 404;

/**
 * The conversations that the sidebar has at hand: the one of the notebook in front, and the panels of the last few, so that
 * going back to one finds it as it was left. While nobody looks there are no panels, and so no connections.
 */
export class Desk {
  readonly view = new Store<View>({ kind: "none" });
  readonly #element: HTMLElement;
  readonly #rest: Rest;
  readonly #front: Front;
  readonly #chosen = new Chosen();
  #seats: Seat[] = []; // the one that was shown last is at the end
  #foreign: Wanted | null = null; // shown until the person goes on to the conversation of a notebook
  #known: string | null = null; // the notebook that was in front when it was last looked for
  #away: ReturnType<typeof setTimeout> | undefined;
  #watched = false;
  #search = 0;

  /** @param element where the panels go */
  constructor(element: HTMLElement, rest: Rest, front: Front) {
    this.#element = element;
    this.#rest = rest;
    this.#front = front;
    front.changed.connect(() => this.#moved());
    front.renamed.connect((_front, { from, to }) => this.#renamed(from, to));
  }

  /** Somebody looks, or nobody does any more. */
  watched(watched: boolean): void {
    this.#watched = watched;
    clearTimeout(this.#away);
    if (watched) {
      void this.look();
    } else {
      this.#away = setTimeout(() => this.#leave(), AWAY_MS);
    }
  }

  /** Show the conversation of the notebook in front, where it has one; starts nothing. */
  async look(): Promise<void> {
    const notebook = this.#foreign?.notebook ?? this.#front.notebook;
    this.#known = this.#front.notebook;
    const search = ++this.#search;
    if (!this.#watched || notebook === null) {
      return;
    }
    const session = this.#foreign?.session_id ?? this.#chosen.of(notebook);
    const seat = this.#seats.find((each) => each.session === session);
    if (seat !== undefined) {
      this.#show(notebook, seat);
      return;
    }
    this.view.update((view) => (view.kind !== "none" && view.notebook === notebook ? view : { kind: "looking", notebook }));
    try {
      const found = this.#foreign?.session_id ?? (await this.#find(notebook));
      if (search === this.#search) {
        found === null ? this.#blank(notebook) : this.#place(notebook, found);
      }
    } catch (error) {
      if (search === this.#search) {
        this.view.update(() => ({ kind: "problem", notebook, ...problemOf(error) }));
      }
    }
  }

  /** The panel of the notebook in front; where it has no conversation, one is begun. */
  async seat(): Promise<Seat> {
    await this.look();
    const { state } = this.view;
    if (state.kind === "seat") {
      return state.seat;
    }
    return this.begin(false);
  }

  /**
   * Begin a conversation of the notebook in front.
   * @param anew also where it has one
   * @throws RestError where the server refuses; TypeError where it cannot be reached
   */
  async begin(anew: boolean): Promise<Seat> {
    const notebook = this.#front.notebook;
    if (notebook === null) {
      throw new RestError(NOT_FOUND, { code: "no_notebook", text: "", remedy: "" });
    }
    this.#foreign = null;
    return this.open(await this.#rest.openSession({ notebook, ...(anew && { new: true }) }));
  }

  /** Show a conversation of the notebook in front; or one of another notebook, or with an agent, until the person goes on to the next. */
  open(wanted: Wanted): Seat {
    ++this.#search;
    this.#known = this.#front.notebook;
    this.#foreign = isConversation(wanted) && wanted.notebook === this.#front.notebook ? null : wanted;
    return this.#place(wanted.notebook, wanted.session_id);
  }

  /** Put the focus to where a person goes on: to write, or to begin. */
  focus(): void {
    const { state } = this.view;
    if (state.kind === "seat") {
      state.seat.focus();
    } else {
      this.#element.parentElement?.querySelector<HTMLElement>("[data-jcw=start]")?.focus();
    }
  }

  /** Put the focus to an open question: of the conversation that is shown, else of another one of those that ask. */
  answer(asking: readonly Wanted[]): void {
    const { state } = this.view;
    const shown = state.kind === "seat" ? state.seat : null;
    const [first] = asking;
    if (first === undefined) {
      this.focus();
    } else if (shown !== null && asking.some(({ session_id }) => session_id === shown.session)) {
      shown.answer();
    } else {
      this.open(first).answer();
    }
  }

  /** From a conversation of another notebook back to that of the one in front. */
  back(): void {
    this.#foreign = null;
    void this.look();
  }

  /** A conversation began or ended elsewhere. */
  heard(notebook: string): void {
    const { state } = this.view;
    if (state.kind !== "none" && state.kind !== "seat" && state.notebook === notebook) {
      void this.look();
    }
  }

  async #find(notebook: string): Promise<string | null> {
    const sessions = (await this.#rest.sessions(notebook)).filter(isConversation);
    const chosen = this.#chosen.of(notebook);
    if (chosen === null || sessions.some(({ session_id }) => session_id === chosen)) {
      return chosen ?? sessions[0]?.session_id ?? null;
    }
    // Renamed since, where the server still knows it: it lists it under the old name.
    const kept = await this.#rest.session(chosen).catch((error: unknown) => {
      if (error instanceof RestError && error.status === NOT_FOUND) {
        return null;
      }
      throw error;
    });
    return (kept && isConversation(kept) ? kept : sessions[0])?.session_id ?? null;
  }

  #blank(notebook: string): void {
    this.#showNone();
    this.view.update(() => ({ kind: "blank", notebook }));
  }

  #place(notebook: string, session: string): Seat {
    if (this.#foreign === null) {
      this.#chosen.set(notebook, session);
    }
    return this.#show(notebook, this.#seats.find((each) => each.session === session) ?? this.#made(session));
  }

  #made(session: string): Seat {
    const seat: Seat = new Seat(this.#rest, session, (other) => this.#switched(seat, other));
    this.#element.append(seat.element);
    return seat;
  }

  /** The person chose another conversation in a panel, which shows it. */
  #switched(seat: Seat, session: string): boolean {
    const { state } = this.view;
    if (state.kind !== "seat" || state.seat !== seat) {
      return true;
    }
    if (this.#foreign !== null) {
      this.#foreign = { ...this.#foreign, session_id: session };
    } else {
      this.#chosen.set(state.notebook, session);
    }
    for (const other of this.#seats.filter((each) => each !== seat && each.session === session)) {
      this.#drop(other);
    }
    return true;
  }

  #show(notebook: string, seat: Seat): Seat {
    this.#seats = [...this.#seats.filter((each) => each !== seat), seat];
    for (const oldest of this.#seats.slice(0, -MOST_SEATS)) {
      this.#drop(oldest);
    }
    this.#showNone();
    // Not `display: none`: a panel that has no size forgets where it was scrolled to.
    seat.element.inert = false;
    seat.element.classList.remove("jcw-seat-behind");
    const agent = this.#foreign !== null && !isConversation(this.#foreign);
    this.view.update(() => ({ kind: "seat", notebook, seat, agent }));
    return seat;
  }

  #showNone(): void {
    for (const { element } of this.#seats) {
      element.inert = true;
      element.classList.add("jcw-seat-behind");
    }
  }

  #drop(seat: Seat): void {
    this.#seats = this.#seats.filter((each) => each !== seat);
    seat.dispose();
  }

  #moved(): void {
    if (this.#front.notebook !== this.#known) {
      this.#foreign = null;
      void this.look();
    } else {
      this.view.update((view) => ({ ...view })); // who shows it also says whether the notebook is in front
    }
  }

  #renamed(from: string, to: string): void {
    this.#chosen.move(from, to);
    this.#known = this.#front.notebook;
    this.view.update((view) => (view.kind !== "none" && view.notebook === from ? { ...view, notebook: to } : view));
  }

  #leave(): void {
    ++this.#search;
    for (const seat of this.#seats) {
      seat.dispose();
    }
    this.#seats = [];
    this.view.update(() => ({ kind: "none" }));
  }
}

/** Agents are made and tried in sessions of their own, which are not the notebook's conversation. */
function isConversation({ context }: Pick<SessionResource, "context">): boolean {
  return context === "workspace";
}

function problemOf(error: unknown): { text: string; remedy: string } {
  return error instanceof RestError ? error.problem : { text: String(error instanceof Error ? error.message : error), remedy: "" };
}
