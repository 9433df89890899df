import type { TranslationBundle } from "@jupyterlab/translation";
import type { ReviewTexts } from "../../view/strings/review";

/** The texts of the review in the cells, in the language of this JupyterLab. */
export function reviewTextsIn(trans: TranslationBundle): ReviewTexts {
  return { ...changes(trans), ...deeds(trans), ...outcomes(trans), ...runs(trans) };
}

function changes(trans: TranslationBundle) {
  return {
    cells: {
      replace: (place: string) => trans.__("Change %1", place),
      insert: (place: string) => trans.__("New %1", place),
      delete: (place: string) => trans.__("Delete %1", place),
      move: (place: string) => trans.__("Move %1", place),
    },
    cell: (number: number | null) => (number ? trans.__("cell %1", number) : trans.__("a cell")),
    kinds: { code: trans.__("code cell"), markdown: trans.__("text cell"), raw: trans.__("raw cell") },
    where: (after: number | null) => (after === null ? "" : after > 0 ? trans.__("below cell %1", after) : trans.__("at the top")),
    belowNew: trans.__("below the new cell above"),
    belowNewAt: (after: number, count: number) =>
      after > 0
        ? trans._n("below cell %2 and the new cell there", "below cell %2 and the %1 new cells there", count, after)
        : trans._n("below the new cell at the top", "below the %1 new cells at the top", count),
    title: (what: string) => trans.__("Claude: %1", what),
    diff: {
      diff: trans.__("Changes"),
      sameLines: (count: number) => trans._n("%1 unchanged line", "%1 unchanged lines", count),
      moreLines: (count: number) => trans._n("%1 more line", "%1 more lines", count),
      showAll: trans.__("show all"),
    },
  };
}

function deeds(trans: TranslationBundle) {
  return {
    accept: trans.__("Accept"),
    reject: trans.__("Reject"),
    acceptEdited: trans.__("Accept as edited"),
    edit: trans.__("Edit"),
    editing: trans.__("The cell's source as you want it"),
    keepOriginal: trans.__("Discard my edit"),
    why: trans.__("Why not? Claude reads this (optional)"),
    cancel: trans.__("Cancel"),
    decideAnew: trans.__("Decide anew"),
    acceptAll: (rest: number, all: number) => (all === 1 ? trans.__("Accept") : rest === all ? trans.__("Accept all") : trans.__("Accept the rest")),
    rejectAll: (rest: number, all: number) => (all === 1 ? trans.__("Reject") : rest === all ? trans.__("Reject all") : trans.__("Reject the rest")),
    withWords: trans.__("with these words"),
    send: trans.__("Send these decisions"),
    always: trans.__("Accept, and later changes in this session too"),
  };
}

function outcomes(trans: TranslationBundle) {
  return {
    accepted: trans.__("Accepted"),
    acceptedEdited: trans.__("Accepted as edited"),
    rejected: trans.__("Rejected"),
    rejectedBecause: (words: string) => trans.__("Rejected: “%1”", words),
    outdated: trans.__("You changed this cell since Claude proposed this. It stays as it is now; if you accept, Claude is shown it and may propose anew."),
    outdatedRun: trans.__("You changed this cell since Claude asked to run it. If you say yes, nothing is run; Claude is told so, and may ask again."),
    placeGone: trans.__("The cell that this was to follow is gone. If you accept, Claude is told so and may propose anew."),
    marked: trans.__("Characters that cannot be seen, or that look like others, are marked."),
  };
}

function runs(trans: TranslationBundle) {
  return {
    run: (cells: number) => (cells > 1 ? trans.__("Run all %1", cells) : trans.__("Run")),
    runEdited: trans.__("Run as edited"),
    restart: trans.__("Restart"),
    interrupt: trans.__("Interrupt"),
    dontRun: trans.__("Don't run"),
    dont: trans.__("Don't"),
    alwaysRun: trans.__("Run, and don't ask again in this session"),
    lastTook: (time: string) => trans.__("last took %1", time),
    cellAt: (number: number | null) => (number ? trans.__("Cell %1", number) : trans.__("Cell")),
    editCode: trans.__("Edit before running"),
    code: trans.__("The code that will run"),
    wantsToRun: (index: number, all: number) =>
      all > 1 ? trans.__("Claude wants to run this cell, %1 of %2", index, all) : trans.__("Claude wants to run this cell"),
  };
}
