import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { IDocumentManager } from "@jupyterlab/docmanager";
import type { INotebookTracker } from "@jupyterlab/notebook";
import { UUID } from "@lumino/coreutils";
import type { LiveCall, LiveDown, LiveOpen, LiveResult, LiveUp } from "../../protocol/frames.gen";
import type { Rest } from "../../rest";
import { perform } from "./calls";
import { Followers } from "./following";
import { InputWatch } from "./input-watch";
import { LiveLink } from "./link";
import { OpenNotebooks } from "./notebooks";
import { Refusal } from "./refusal";
import { Saving } from "./saving";

export interface LiveOptions {
  app: JupyterFrontEnd;
  tracker: INotebookTracker;
  manager: IDocumentManager | null;
  rest: Rest;
}

/** This page's side of the live channel; LIVE.md says what goes over it. */
export class LivePage {
  readonly #client = UUID.uuid4(); // the browser's own is there only over https
  readonly #app: JupyterFrontEnd;
  readonly #notebooks: OpenNotebooks;
  readonly #saving: Saving;
  readonly #followers: Followers;
  readonly #link: LiveLink;
  readonly #calls = new Map<string, AbortController>();
  #unsent: LiveResult[] = []; // while there was no connection
  #said = "";
  #due = false;
  #focused = false;

  constructor({ app, tracker, manager, rest }: LiveOptions) {
    this.#app = app;
    this.#saving = new Saving(app.serviceManager.contents, () => manager?.autosave !== false);
    this.#notebooks = new OpenNotebooks(tracker, manager, {
      opened: ({ context }) => this.#saving.watch(context),
      changed: () => this.#announce(),
      turned: () => this.#announce(true),
    });
    this.#followers = new Followers(tracker);
    new InputWatch(tracker, (path, cell, prompt) => this.#link.send({ type: "waiting", path, cell, prompt }));
    this.#link = new LiveLink(rest, { greeting: () => this.#greeting(), onFrame: (frame) => this.#receive(frame) });
    window.addEventListener("focus", () => this.#announce(true));
  }

  #greeting(): LiveUp[] {
    const open = this.#open(document.hasFocus());
    this.#said = JSON.stringify(open.notebooks);
    const unsent = this.#unsent;
    this.#unsent = [];
    const calls = [...this.#calls.keys(), ...unsent.map(({ call }) => call)];
    return [{ type: "hello", client: this.#client, calls }, open, ...unsent];
  }

  #open(focused: boolean): LiveOpen {
    return { type: "open", notebooks: this.#notebooks.describe(), focused };
  }

  /**
   * Say what is open, once for all that happens now, and where it is not what was said last.
   *
   * @param focused the person has just turned to this page, or to another notebook in it
   */
  #announce(focused = false): void {
    this.#focused ||= focused;
    if (!this.#due) {
      this.#due = true;
      queueMicrotask(() => {
        this.#due = false;
        const open = this.#open(this.#focused);
        const text = JSON.stringify(open.notebooks);
        if (text !== this.#said || this.#focused) {
          this.#said = text;
          this.#focused = false;
          this.#link.send(open);
        }
      });
    }
  }

  #receive(frame: LiveDown): void {
    if (frame.type === "cancel") {
      this.#calls.get(frame.call)?.abort();
    } else if (frame.type === "call") {
      void this.#answer(frame);
    }
  }

  async #answer(frame: LiveCall): Promise<void> {
    const lifetime = new AbortController();
    this.#calls.set(frame.call, lifetime);
    const result = await this.#perform(frame, lifetime.signal);
    this.#calls.delete(frame.call);
    if (!this.#link.send(result)) {
      this.#unsent.push(result);
    }
  }

  async #perform({ call, path, name, arguments: given }: LiveCall, signal: AbortSignal): Promise<LiveResult> {
    const running = (cell: string, msg_id: string) => void this.#link.send({ type: "running", call, cell, msg_id });
    try {
      const panel = this.#notebooks.find(path);
      if (panel === undefined) {
        throw new Refusal("not_open");
      }
      const result = await perform(name, { app: this.#app, panel, saving: this.#saving, followers: this.#followers, given, signal, running });
      return { type: "result", call, ok: true, result };
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal("bad_call", String(error));
      return { type: "result", call, ok: false, problem: refusal.problem };
    }
  }
}
