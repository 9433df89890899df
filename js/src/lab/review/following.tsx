import type { NotebookPanel } from "@jupyterlab/notebook";
import type { TranslationBundle } from "@jupyterlab/translation";
import type { Question } from "../../protocol/frames.gen";
import { partsFrom } from "../../parts";
import type { Rest } from "../../rest";
import { Session } from "../../session";
import { Channel } from "../../socket/channel";
import type { ReviewTexts } from "../../view/strings/review";
import type { LabTexts } from "../texts";
import { Proposal } from "./proposal";
import { reviewTextsIn } from "./texts";
import "../panel.css";

interface Page {
  /** The views of a notebook. */
  panels(path: string): NotebookPanel[];
  /** Nothing is asked any more. */
  over(): void;
  /** Calls `look` when a notebook is opened; returns how to stop that. */
  added(look: () => void): () => void;
}

/** Shows in the notebook's cells what one session asks, while it asks. */
export class Following {
  readonly #session: Session;
  readonly #texts: LabTexts;
  readonly #reviewTexts: ReviewTexts;
  readonly #page: Page;
  readonly #proposals = new Map<NotebookPanel, Map<string, Proposal>>();
  readonly #stop: (() => void)[];
  #asked = false;

  constructor(id: string, rest: Rest, texts: LabTexts, trans: TranslationBundle, page: Page) {
    partsFrom(rest.server.base); // for the differences
    this.#texts = texts;
    this.#reviewTexts = reviewTextsIn(trans);
    this.#page = page;
    this.#session = new Session((events) => new Channel({ rest, open: async () => id, wake: false }, events));
    this.#stop = [this.#session.store.subscribe(() => this.#look()), page.added(() => this.#look())];
  }

  /** Go to another proposal in a view; false: there is none. */
  step(panel: NotebookPanel, by: number): boolean {
    const first = [...(this.#proposals.get(panel)?.values() ?? [])][0];
    first?.step(by, true);
    return first !== undefined;
  }

  dispose(): void {
    for (const stop of this.#stop) {
      stop();
    }
    for (const shown of this.#proposals.values()) {
      for (const proposal of shown.values()) {
        proposal.dispose();
      }
    }
    this.#proposals.clear();
    this.#session.dispose();
  }

  #look(): void {
    const { questions, notebook, link } = this.#session.store.state;
    const asked = questions.filter(isAboutCells);
    const panels = this.#page.panels(notebook);
    for (const panel of [...this.#proposals.keys()].filter((each) => !panels.includes(each))) {
      this.#show(panel, []);
      this.#proposals.delete(panel);
    }
    for (const panel of panels) {
      this.#show(panel, asked);
    }
    if ((this.#asked && questions.length === 0) || link.kind === "closed") {
      this.#page.over();
    }
    this.#asked ||= questions.length > 0;
  }

  #show(panel: NotebookPanel, asked: readonly Question[]): void {
    const shown = this.#proposals.get(panel) ?? new Map<string, Proposal>();
    this.#proposals.set(panel, shown);
    for (const [id, proposal] of [...shown]) {
      if (!asked.some(({ question }) => question === id)) {
        shown.delete(id);
        proposal.dispose();
      }
    }
    for (const question of asked) {
      if (!shown.has(question.question)) {
        shown.set(question.question, new Proposal(panel, this.#session, question, this.#texts, this.#reviewTexts));
      }
    }
  }
}

function isAboutCells({ ask }: Question): boolean {
  return ask.kind === "cells" || (ask.kind === "run" && ask.what === "cells");
}
