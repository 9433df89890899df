import type { NotebookPanel } from "@jupyterlab/notebook";
import type { Contents } from "@jupyterlab/services";
import { Refusal } from "./refusal";
import { type Context, SaveWatch } from "./save-watch";

const SOON_MS = 200; // so that it does not stand in the way of what comes next
const MARGIN_MS = 500; // file systems disagree about a file's time by so much, as Lab itself allows

/** Saves open notebooks without ever asking the person anything: what would need an answer is not saved. */
export class Saving {
  readonly #contents: Contents.IManager;
  readonly #wanted: () => boolean;
  readonly #watches = new WeakMap<Context, SaveWatch>();
  readonly #due = new WeakSet<Context>();

  /** @param wanted whether Lab may save by itself */
  constructor(contents: Contents.IManager, wanted: () => boolean) {
    this.#contents = contents;
    this.#wanted = wanted;
  }

  /** Save in a while, unless the person switched that off. What cannot be saved stays unsaved, as Lab shows. */
  soon({ context }: NotebookPanel): void {
    // What collaboration shares is saved by its server.
    if (this.#wanted() && !context.model.collaborative && !this.#due.has(context)) {
      this.#due.add(context);
      setTimeout(() => {
        this.#due.delete(context);
        if (!context.isDisposed && context.model.dirty) {
          this.save(context).catch(() => {});
        }
      }, SOON_MS);
    }
  }

  /**
   * Save now; returns the time of the file.
   *
   * @throws Refusal where the file was changed or deleted by others, cannot be written, or the server does not answer
   */
  async save(context: Context): Promise<string> {
    if (context.model.readOnly || context.contentsModel?.writable === false) {
      throw new Refusal("not_saved", "The file cannot be written.");
    }
    await this.watch(context).alone(async () => {
      const { same } = await this.look(context);
      if (!same && !context.model.collaborative) {
        throw new Refusal("not_saved", "The file was changed by others.");
      }
    });
    return context.contentsModel?.last_modified ?? "";
  }

  /** Whether the file is as this page last read or wrote it. */
  async look({ path, contentsModel }: Context): Promise<{ same: boolean }> {
    const file = await this.#contents.get(path, { content: false, hash: true }).catch(() => {
      throw new Refusal("not_saved", "The file is not there, or the server does not answer.");
    });
    const hashed = Boolean(file.hash && contentsModel?.hash);
    const later = Date.parse(file.last_modified) - Date.parse(contentsModel?.last_modified ?? file.last_modified);
    return { same: hashed ? file.hash === contentsModel?.hash : later <= MARGIN_MS };
  }

  /** From the first call on, a document that was changed while it was being written is not taken for saved. */
  watch(context: Context): SaveWatch {
    const watch = this.#watches.get(context) ?? new SaveWatch(context);
    this.#watches.set(context, watch);
    return watch;
  }
}
