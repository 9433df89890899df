import type { DocumentRegistry } from "@jupyterlab/docregistry";
import type { INotebookModel } from "@jupyterlab/notebook";
import { Refusal } from "./refusal";

export type Context = DocumentRegistry.IContext<INotebookModel>;

/** The cells of a shared model, which has them and does not declare them. */
interface Cells {
  ydoc: { getArray(name: "cells"): { observeDeep(heard: () => void): void } };
}

/**
 * Looks on while a document is saved, by whomever. Lab takes it for saved although it was changed while it was being
 * written, and then neither it nor anybody else saves the change.
 */
export class SaveWatch {
  readonly #context: Context;
  #under: Promise<void> | null = null; // the saving that is under way
  #changed = false;

  /** @param context of a document that was just loaded */
  constructor(context: Context) {
    this.#context = context;
    let settle = () => {};
    let before = false;
    (context.model.sharedModel as unknown as Cells).ydoc.getArray("cells").observeDeep(() => {
      this.#changed = true;
    });
    context.saveState.connect((_, state) => {
      if (state === "started") {
        before = this.#changed;
        this.#changed = false;
        this.#under = new Promise((resolve) => {
          settle = resolve;
        });
        return;
      }
      if (state === "failed") {
        this.#changed ||= before;
      } else if (this.#changed) {
        context.model.dirty = true;
      }
      this.#under = null;
      settle();
    });
  }

  /** Whether its cells have changes that are not saved. Lab's own mark is also set where it only noted a kernel's version. */
  get unsaved(): boolean {
    return this.#changed && this.#context.model.dirty;
  }

  /** Its cells are as the file has them, except as `unsaved` says. */
  read(unsaved: boolean): void {
    this.#changed = unsaved;
  }

  /**
   * Save, alone: two savings at once would take each other for strangers, and ask the person.
   *
   * @param check called just before; what it throws keeps the document from being saved
   */
  async alone(check: () => Promise<void>): Promise<void> {
    await this.#context.ready;
    while (this.#under !== null) {
      await this.#under;
    }
    await check();
    while (this.#under !== null) {
      await this.#under;
    }
    await this.#save();
  }

  async #save(): Promise<void> {
    const context = this.#context;
    const own = context.save;
    const saving = own.call(context);
    const others = () => saving.then(() => own.call(context));
    context.save = others;
    try {
      await saving;
    } catch (error) {
      throw new Refusal("not_saved", String(error));
    } finally {
      if (context.save === others) {
        delete (context as Partial<Context>).save; // of this object; its class has it
      }
    }
  }
}
