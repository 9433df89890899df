import "./layout";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { ClientFrame } from "../src/protocol/frames.gen";
import { Rest } from "../src/rest";
import { Channel } from "../src/socket/channel";
import type { Switcher } from "../src/view/conversations/switcher";
import { mountPanel } from "../src/view/mount";
import { numbered, type ShortFrame } from "./fold";
import { type Seen, send, Wire } from "./wire";

/** The panel of each test, on a wire of its own, with a page around it that can show other conversations. */
export class Stage {
  wire!: Wire;
  element!: HTMLElement;
  /** The session that the page shows. */
  shown = "s";
  #changed = () => {};
  #dispose = () => {};
  #seq = 0;
  #base!: URL;

  constructor() {
    beforeEach(() => this.#open());
    afterEach(() => this.#close());
  }

  readonly all = (hook: string) => [...this.element.querySelectorAll<HTMLElement>(`[data-jcw="${hook}"]`)];
  readonly one = (hook: string) => this.all(hook)[0] as HTMLElement;
  readonly shows = (hook: string, words = "") => vi.waitFor(() => expect(this.one(hook)?.textContent).toContain(words), 5000);
  readonly gone = (hook: string) => vi.waitFor(() => expect(this.all(hook)).toHaveLength(0), 5000);

  /** Press what is there, once it can be pressed. */
  async press(hook: string, index = 0): Promise<void> {
    const ready = (there: HTMLElement | undefined) => there?.matches(":not(:disabled, [aria-disabled=true])") ?? false;
    await vi.waitFor(() => expect(ready(this.all(hook)[index])).toBe(true), 5000);
    (this.all(hook)[index] as HTMLElement).click();
  }

  /** Let the server send frames over the newest connection. */
  async show(...frames: ShortFrame[]): Promise<void> {
    await this.wire.connection(0);
    const sent = numbered(frames, this.#seq + 1);
    this.#seq += frames.length;
    send((this.wire.connections.at(-1) as Seen).peer, ...sent);
  }

  /** The frames of a kind that the server has got so far, over all connections. */
  sent<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.wire.connections.flatMap((seen) => seen.got).filter((frame) => frame.type === type) as Extract<ClientFrame, { type: T }>[];
  }

  /** The frames of a kind that the server got, once there are so many. */
  async got<T extends ClientFrame["type"]>(type: T, count = 1): Promise<Extract<ClientFrame, { type: T }>[]> {
    await vi.waitFor(() => expect(this.sent(type)).toHaveLength(count), 5000);
    return this.sent(type);
  }

  /** Take the panel away and show it anew, as a reload of the page does. */
  reload(): void {
    this.#dispose();
    this.element.remove();
    this.#mount();
  }

  readonly #switcher: Switcher = {
    show: (session) => {
      this.shown = session;
      this.#changed();
    },
    follow: (changed) => {
      this.#changed = changed;
      return () => {};
    },
  };

  async #open(): Promise<void> {
    this.wire = new Wire();
    this.shown = "s";
    this.#seq = 0;
    localStorage.clear();
    this.#base = await this.wire.listen();
    this.#mount();
  }

  #mount(): void {
    const rest = new Rest({ base: this.#base, token: "" });
    this.element = document.body.appendChild(document.createElement("div"));
    const options = { rest, open: async () => this.shown, delay: () => 5 };
    this.#dispose = mountPanel(this.element, { connect: (events) => new Channel(options, events), rest, switcher: this.#switcher });
  }

  async #close(): Promise<void> {
    this.#dispose();
    this.element.remove();
    Reflect.deleteProperty(globalThis, Symbol.for("jupyter-claude-workspace:deciding")); // each test has a page of its own
    await this.wire.close();
  }
}

/** Wait until what is checked holds. */
export const until = (check: () => void) => vi.waitFor(check, 10_000);

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function key(target: Element, name: string, more: KeyboardEventInit = {}): boolean {
  return target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));
}

export function type(field: HTMLElement, text: string): void {
  (field as HTMLInputElement).value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Write into the message field, and press a key there. */
export async function write(stage: Stage, text: string, pressed: KeyboardEventInit = { key: "Enter" }): Promise<void> {
  type(stage.one("composer"), text);
  await vi.waitFor(() => expect((stage.one("send") as HTMLButtonElement).disabled).toBe(false));
  key(stage.one("composer"), pressed.key ?? "", pressed);
}
