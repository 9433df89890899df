import type { Conversation, Turn } from "../../state/conversation";
import type { Store } from "../../state/store";
import type { Folds } from "../folds";
import { elementOf } from "../scroll/element";
import type { Viewport } from "../scroll/viewport";
import { Marks } from "./mark";
import { pattern, rangesIn } from "./match";
import { type Source, sourcesOf } from "./sources";

const MOST = 9_999;
const PATIENCE = 60; // frames of the screen until what was unfolded is drawn
const AGAIN_MS = 300;
const TYPING_MS = 200; // nothing is unfolded for the first letters of a word

/** One place where the words are. */
interface Hit {
  source: Source;
  /** The how manieth of its source. */
  ordinal: number;
}

/** Finds words in the conversation's data, drawn or not, and leads to them. */
export class Finder {
  open = false;
  query = "";
  /** The place of the current hit among all; -1: none. */
  now = -1;
  #hits: readonly Hit[] = [];
  #sources = new WeakMap<Turn, Source[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #unsubscribe: (() => void) | undefined;
  readonly #marks = new Marks();
  readonly #changes = new MutationObserver(() => this.#markSoon());
  readonly #readers = new Set<() => void>();

  constructor(
    private readonly store: Store<Conversation>,
    private readonly viewport: Viewport,
    private readonly folds: Folds,
  ) {}

  get count(): number {
    return this.#hits.length;
  }

  /** Calls `reader` after each change; returns how to stop it. */
  subscribe(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  start(): void {
    if (!this.open) {
      this.open = true;
      this.#unsubscribe = this.store.subscribe(() => {
        this.#timer ??= setTimeout(() => this.#again(), AGAIN_MS);
      });
      if (this.viewport.content !== null) {
        this.#changes.observe(this.viewport.content, { subtree: true, childList: true, characterData: true });
      }
    }
    this.#tell();
  }

  stop(): void {
    this.open = false;
    this.query = "";
    this.now = -1;
    this.#hits = [];
    this.#sources = new WeakMap();
    this.#unsubscribe?.();
    this.#changes.disconnect();
    this.#marks.clear();
    clearTimeout(this.#typing);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tell();
  }

  /** Look for other words; goes to the last place that is not below what the reader sees. */
  search(query: string): void {
    this.query = query;
    this.#hits = this.#found();
    const seen = new Set(this.viewport.turnsUpToView());
    const above = this.#hits.findLastIndex((hit) => seen.has(hit.source.turn));
    this.#goTo(above >= 0 ? above : 0, TYPING_MS);
  }

  /** To the next place, or the one before. */
  step(by: 1 | -1): void {
    const { length } = this.#hits;
    this.#goTo(length === 0 ? -1 : (this.now + by + length) % length, 0);
  }

  #found(): Hit[] {
    if (this.query.trim() === "") {
      return [];
    }
    const wanted = pattern(this.query);
    const hits: Hit[] = [];
    const { path, turns } = this.store.state;
    for (const index of path) {
      for (const source of this.#of(turns[index] as Turn)) {
        let ordinal = 0;
        for (const _ of source.text.matchAll(wanted)) {
          hits.push({ source, ordinal: ordinal++ });
        }
      }
      if (hits.length >= MOST) {
        break;
      }
    }
    return hits;
  }

  #of(turn: Turn): Source[] {
    const known = this.#sources.get(turn) ?? sourcesOf(turn);
    this.#sources.set(turn, known);
    return known;
  }

  /** The conversation went on: the current hit stays the current one. */
  #again(): void {
    this.#timer = undefined;
    const before = this.#hits[this.now];
    this.#hits = this.#found();
    const { item, turn, part } = before?.source ?? {};
    this.now = this.#hits.findIndex(({ source, ordinal }) => source.item === item && source.turn === turn && source.part === part && ordinal === before?.ordinal);
    this.#tell();
  }

  #goTo(place: number, wait: number): void {
    this.now = this.#hits.length === 0 ? -1 : place;
    this.#mark();
    this.#tell();
    const hit = this.#hits[this.now];
    clearTimeout(this.#typing);
    if (hit !== undefined) {
      this.#typing = setTimeout(() => void this.#show(hit), wait);
    }
  }

  async #show(hit: Hit): Promise<void> {
    for (const fold of hit.source.folds) {
      this.folds.set(fold, true);
    }
    await this.viewport.reveal(hit.source.turn);
    for (let frame = 0; frame < PATIENCE && this.#hits[this.now] === hit; frame++) {
      const range = this.#rangeOf(hit);
      if (range !== null) {
        this.viewport.center(range);
        this.#mark();
        return;
      }
      await new Promise(requestAnimationFrame);
    }
  }

  #markSoon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#mark();
    });
  }

  #mark(): void {
    if (!this.open) {
      return;
    }
    const current = this.#hits[this.now];
    const wanted = pattern(this.query);
    const ranges = this.#hits.length === 0 ? [] : this.#drawnSources().flatMap((source) => this.#rangesOf(source, wanted));
    this.#marks.show(ranges, current === undefined ? null : this.#rangeOf(current));
    this.#changes.takeRecords();
  }

  #drawnSources(): Source[] {
    const { turns } = this.store.state;
    return this.viewport.drawnTurns().flatMap((index) => this.#of(turns[index] as Turn));
  }

  #rangeOf(hit: Hit): Range | null {
    const ranges = this.#rangesOf(hit.source, pattern(this.query));
    return ranges[hit.ordinal] ?? ranges.at(-1) ?? null;
  }

  #rangesOf(source: Source, wanted: RegExp): Range[] {
    const slot = this.viewport.slotOf(source.turn);
    const root = slot === null ? null : rootOf(slot, source);
    return root === null ? [] : rangesIn(root, wanted);
  }

  #tell(): void {
    for (const reader of [...this.#readers]) {
      reader();
    }
  }
}

function rootOf(slot: Element, { item, part }: Source): Element | null {
  if (item === "") {
    return slot.querySelector("[data-jcw=prompt]:not([data-item])");
  }
  const element = elementOf(slot, item);
  switch (part) {
    case "title":
      return element?.querySelector(":scope > .jcw-tool-line") ?? null;
    case "output":
      return element?.querySelector(":scope > .jcw-tool-body > [data-output]") ?? null;
    default:
      return element ?? null;
  }
}
