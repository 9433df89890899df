import { options } from "preact";
import type { Conversation, Turn } from "../../state/conversation";
import type { Store } from "../../state/store";
import { choose, type View } from "./choose";
import { Follower } from "./follower";
import { Heights } from "./heights";

const MOST_SLICES = 500; // of 2,000 characters each, that a text is drawn in

/**
 * Where the reader is, and which turns are drawn for that. Of the others, only their height is on the page, so that a
 * long conversation costs no more than a short one. What is in view stays put while turns above it are measured: the
 * browser's own scroll anchoring sees to that, for it alone may move a view that is being scrolled.
 */
export class Viewport {
  readonly #store: Store<Conversation>;
  readonly #heights = new Heights();
  readonly #slots = new Map<Element, string>(); // the drawn turns
  readonly #readers = new Set<() => void>();
  readonly #sizes = new ResizeObserver((entries) => this.#resized(entries));
  #follower: Follower | null = null;
  #scroller: HTMLElement | null = null;
  #drawn: readonly number[] = [];
  #wanted: string | null = null;
  #frame = 0;
  #onPaper = false;

  constructor(store: Store<Conversation>) {
    this.#store = store;
  }

  /** False when the reader went elsewhere and there is more below. */
  get atEnd(): boolean {
    return this.#follower?.following ?? true;
  }

  /** Which of the shown turns to draw now, as places in the path. Called by whoever draws them, and drawn they are. */
  draw(): readonly number[] {
    this.#drawn = this.#chosen();
    return this.#drawn;
  }

  /** The height of the shown turns from `first` to before `next`, which are not drawn. */
  heightOf(first: number, next: number): number {
    let sum = 0;
    for (let place = first; place < next; place++) {
      const turn = this.#turn(place);
      sum += turn === undefined ? 0 : this.#heights.of(turn);
    }
    return sum;
  }

  /** Calls `reader` when other turns are to be drawn, or the reader left or reached the end; returns how to stop it. */
  subscribe(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** Take charge of the element that scrolls and of what grows inside it; returns how to let go. */
  attach(scroller: HTMLElement, content: HTMLElement): () => void {
    this.#follower = new Follower(scroller);
    this.#scroller = scroller;
    const scrolled = () => {
      const before = this.atEnd;
      this.#follower?.scrolled();
      this.#update(before !== this.atEnd);
    };
    scroller.addEventListener("scroll", scrolled, { passive: true });
    const [print, printed] = [() => this.#print(true), () => this.#print(false)];
    window.addEventListener("beforeprint", print);
    window.addEventListener("afterprint", printed);
    this.#sizes.observe(scroller);
    this.#sizes.observe(content);
    this.#update(true);
    return () => {
      scroller.removeEventListener("scroll", scrolled);
      window.removeEventListener("beforeprint", print);
      window.removeEventListener("afterprint", printed);
      this.#sizes.disconnect();
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      this.#follower = null;
      this.#scroller = null;
    };
  }

  /** Watch the height of a drawn turn; returns how to stop. */
  watch(element: HTMLElement, id: string): () => void {
    this.#slots.set(element, id);
    this.#sizes.observe(element);
    return () => {
      this.#slots.delete(element);
      this.#sizes.unobserve(element);
    };
  }

  toEnd(): void {
    this.#follower?.toEnd();
    this.#update(true);
  }

  toStart(): void {
    this.#follower?.leave(0);
    this.#update(true);
  }

  /** Bring a turn of the shown path into view; resolves to its element once it is drawn, null where it is not shown. */
  async reveal(id: string): Promise<HTMLElement | null> {
    const place = this.#store.state.path.findIndex((_, at) => this.#turn(at)?.id === id);
    if (place < 0) {
      return null;
    }
    if (this.slotOf(id) === null) {
      this.#wanted = id;
      this.#follower?.leave(this.heightOf(0, place));
      this.#update(true);
      for (let frame = 0; frame < 10 && this.slotOf(id) === null; frame++) {
        await new Promise(requestAnimationFrame);
      }
      this.#wanted = null;
    }
    this.#follower?.leave(null);
    this.#tell();
    const slot = this.slotOf(id);
    slot?.scrollIntoView({ block: "nearest" });
    return slot;
  }

  /** The element that grows with the conversation. */
  get content(): Element | null {
    return this.#scroller?.firstElementChild ?? null;
  }

  /** The drawn turns, as indices of all turns. */
  drawnTurns(): number[] {
    return this.#drawn.flatMap((place) => this.#store.state.path[place] ?? []);
  }

  /** Ids of the turns that are in view, and of those before them. */
  turnsUpToView(): string[] {
    const { path } = this.#store.state;
    const heights = path.map((_, place) => this.heightOf(place, place + 1));
    const view = this.#view(heights);
    let top = 0;
    return path.flatMap((_, place) => {
      const above = top < view.top + view.height;
      top += heights[place] as number;
      return above ? (this.#turn(place)?.id ?? []) : [];
    });
  }

  /** Bring a place of the text into the middle of the view, and of whatever scrolls in between. */
  center(range: Range): void {
    this.#follower?.leave(null);
    for (let box = range.startContainer.parentElement; box !== null && this.#scroller?.contains(box); box = box.parentElement) {
      if (box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(box).overflowY)) {
        const place = range.getBoundingClientRect();
        const frame = box.getBoundingClientRect();
        if (place.top < frame.top + 8 || place.bottom > frame.bottom - 8) {
          box.scrollTop += place.top - frame.top - (frame.height - place.height) / 2;
        }
      }
    }
    this.#scroller?.scrollIntoView({ block: "nearest" });
    this.#tell();
  }

  /** The element of a drawn turn. */
  slotOf(id: string): HTMLElement | null {
    for (const [element, turn] of this.#slots) {
      if (turn === id) {
        return element as HTMLElement;
      }
    }
    return null;
  }

  #turn(place: number): Turn | undefined {
    const { path, turns } = this.#store.state;
    return turns[path[place] ?? -1];
  }

  /** On paper nobody scrolls: all turns are drawn, and at once, for no frame comes between. */
  #print(onPaper: boolean): void {
    this.#onPaper = onPaper;
    const { debounceRendering } = options;
    options.debounceRendering = (render) => render();
    this.#tell();
    options.debounceRendering = debounceRendering;
    for (let slice = 0; onPaper && slice < MOST_SLICES; slice++) {
      window.dispatchEvent(new Event("jcw-draw-now")); // markdown/frame.ts, which is another bundle
    }
  }

  #chosen(): readonly number[] {
    if (this.#onPaper) {
      return [...this.#store.state.path.keys()];
    }
    if (this.#follower?.height === 0 && !this.atEnd) {
      return this.#drawn.filter((place) => place < this.#store.state.path.length); // hidden: as it was, for when it is shown again
    }
    const heights = this.#store.state.path.map((_, place) => this.heightOf(place, place + 1));
    return choose(heights, this.#view(heights), new Set(this.#drawn), this.#pinned());
  }

  #view(heights: readonly number[]): View {
    const { height = 0, top = 0, following = true } = this.#follower ?? {};
    const all = heights.reduce((sum, next) => sum + next, 0);
    return { height, top: following ? all - height : top };
  }

  /** Turns that must stay: one that is being brought into view, one that has the focus, those that are selected. */
  #pinned(): Set<number> {
    const selection = document.getSelection();
    const [from, to] = selection === null || selection.isCollapsed ? [null, null] : [selection.anchorNode, selection.focusNode];
    const held = (node: Node | null) => {
      const slot = (node instanceof Element ? node : node?.parentElement)?.closest(".jcw-slot");
      return slot ? this.#slots.get(slot) : undefined;
    };
    const ids = new Set([held(from), held(to), held(document.activeElement), this.#wanted ?? undefined]);
    ids.delete(undefined);
    const pinned = new Set<number>();
    if (ids.size > 0) {
      for (const place of this.#store.state.path.keys()) {
        if (ids.has(this.#turn(place)?.id)) {
          pinned.add(place);
        }
      }
    }
    return pinned;
  }

  #resized(entries: readonly ResizeObserverEntry[]): void {
    const visible = this.#follower?.laidOut() ?? false;
    for (const { target, borderBoxSize } of entries) {
      const id = this.#slots.get(target);
      if (id !== undefined && visible) {
        this.#heights.measured(id, borderBoxSize[0]?.blockSize ?? 0);
      }
    }
    // Not here: what is drawn now would change sizes again while they are being told.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#update(false);
    });
  }

  #update(tell: boolean): void {
    const chosen = this.#chosen();
    if (tell || chosen.length !== this.#drawn.length || chosen.some((place, index) => place !== this.#drawn[index])) {
      this.#tell();
    }
  }

  #tell(): void {
    for (const reader of [...this.#readers]) {
      reader();
    }
  }
}
