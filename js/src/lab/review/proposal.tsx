import type { Cell } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { PanelLayout } from "@lumino/widgets";
import { Widget } from "@lumino/widgets";
import { type ComponentChildren, render } from "preact";
import type { Question } from "../../protocol/frames.gen";
import type { Session } from "../../session";
import { SessionContext } from "../../view/hooks";
import { ReviewTextsContext } from "../../view/notebook/review/texts";
import { Reading, ReadingContext } from "../../view/reading";
import type { ReviewTexts } from "../../view/strings/review";
import type { LabTexts } from "../texts";
import { Bar } from "./bar";
import { type Place, placesOf } from "./places";
import { InCell } from "./in-cell";
import { Strip } from "./strip";
import { Verdict } from "./verdict";

const FAR = 40; // of a page, in percent: how far a proposal is from the edge once it was gone to

/** One question about cells, shown in one view of the notebook. The document itself knows nothing of it. */
export class Proposal {
  readonly #panel: NotebookPanel;
  readonly #session: Session;
  readonly #verdict: Verdict;
  readonly #texts: LabTexts;
  readonly #reviewTexts: ReviewTexts;
  readonly #reading: Reading;
  readonly #marks = new Map<string, Widget>();
  readonly #strip: Strip;
  readonly #watched = new Map<Cell, () => void>();
  #places: readonly Place[] = [];
  #at = 0;
  #frame = 0;

  constructor(panel: NotebookPanel, session: Session, question: Question, texts: LabTexts, reviewTexts: ReviewTexts) {
    this.#panel = panel;
    this.#session = session;
    this.#verdict = new Verdict(session, question);
    this.#texts = texts;
    this.#reviewTexts = reviewTexts;
    this.#reading = new Reading(session.store);
    this.#strip = new Strip(panel);
    panel.content.modelContentChanged.connect(this.#soon, this);
    panel.content.modelChanged.connect(this.#soon, this);
    this.#look();
    void this.#strip.placed.then(() => {
      if (!this.#strip.isDisposed && !panel.node.contains(document.activeElement)) {
        this.step(0, false); // the person is not at work in the notebook: show them where it is
      }
    });
  }

  /** Go to another cell of this proposal; with `focus`, so do the keys. */
  step(by: number, focus: boolean): void {
    const count = this.#places.length;
    if (count === 0) {
      return;
    }
    this.#at = (this.#at + by + count) % count;
    void this.#goTo(this.#places[this.#at] as Place, focus);
    this.#drawBar();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    const { content } = this.#panel;
    if (!content.isDisposed) {
      content.modelContentChanged.disconnect(this.#soon, this);
      content.modelChanged.disconnect(this.#soon, this);
    }
    for (const stop of this.#watched.values()) {
      stop();
    }
    for (const id of [...this.#marks.keys()]) {
      this.#remove(id);
    }
    render(null, this.#strip.inside);
    this.#strip.dispose();
  }

  #soon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#look());
  }

  #look(): void {
    if (this.#panel.isDisposed) {
      return;
    }
    this.#places = placesOf(this.#verdict.question.ask, this.#panel.content.widgets);
    const there = new Set(this.#places.map(({ id }) => id));
    for (const id of [...this.#marks.keys()].filter((each) => !there.has(each))) {
      this.#remove(id);
    }
    for (const place of this.#places) {
      this.#mark(place);
    }
    this.#drawBar();
  }

  #mark(place: Place): void {
    const { cell, id } = place;
    if (cell === null) {
      this.#remove(id);
      return;
    }
    if (cell.isPlaceholder()) {
      void cell.ready.then(() => this.#soon());
      return;
    }
    this.#watch(cell);
    let mark = this.#marks.get(id);
    if (mark === undefined || mark.isDisposed || mark.parent !== cell) {
      this.#remove(id);
      mark = new Widget();
      mark.addClass("jcw-in-cell");
      const layout = cell.layout as PanelLayout;
      layout.insertWidget(place.side === "above" ? 0 : place.side === "below" ? layout.widgets.length : layout.widgets.length - 1, mark);
      this.#marks.set(id, mark);
    }
    if (place.action === "delete") {
      cell.addClass("jcw-cell-to-delete");
    }
    this.#draw(<InCell place={place} verdict={this.#verdict} step={(by) => this.step(by, true)} />, mark.node);
  }

  /** A cell that the person writes in may not be any more what the proposal is about. */
  #watch(cell: Cell): void {
    if (!this.#watched.has(cell)) {
      const changed = () => this.#soon();
      const { model } = cell;
      model.contentChanged.connect(changed);
      this.#watched.set(cell, () => model.contentChanged.disconnect(changed));
    }
  }

  #remove(id: string): void {
    const mark = this.#marks.get(id);
    this.#marks.delete(id);
    if (mark !== undefined) {
      mark.parent?.removeClass("jcw-cell-to-delete");
      render(null, mark.node);
      mark.dispose();
    }
  }

  #drawBar(): void {
    this.#draw(<Bar verdict={this.#verdict} at={this.#at} texts={this.#texts} step={(by) => this.step(by, false)} />, this.#strip.inside);
  }

  #draw(what: ComponentChildren, element: HTMLElement): void {
    render(
      <SessionContext.Provider value={this.#session}>
        <ReadingContext.Provider value={this.#reading}>
          <ReviewTextsContext.Provider value={this.#reviewTexts}>{what}</ReviewTextsContext.Provider>
        </ReadingContext.Provider>
      </SessionContext.Provider>,
      element,
    );
  }

  async #goTo(place: Place, focus: boolean): Promise<void> {
    const { content } = this.#panel;
    if (place.cell === null) {
      return;
    }
    await content.scrollToItem(content.widgets.indexOf(place.cell), "smart", FAR / 100);
    const node = this.#marks.get(place.id)?.node;
    node?.scrollIntoView({ block: "nearest" });
    if (focus) {
      node?.querySelector<HTMLElement>("[data-jcw=mark]")?.focus({ preventScroll: true });
    }
  }
}
