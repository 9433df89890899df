import { toolStrings } from "./tool";

/** Texts of the review of changes and runs, in the panel and in the cells. */
export const reviewStrings = {
  cells: {
    replace: (place: string) => `Change ${place}`,
    insert: (place: string) => `New ${place}`,
    delete: (place: string) => `Delete ${place}`,
    move: (place: string) => `Move ${place}`,
  },
  cell: (number: number | null) => (number ? `cell ${number}` : "a cell"),
  kinds: { code: "code cell", markdown: "text cell", raw: "raw cell" },
  where: (after: number | null) => (after === null ? "" : after > 0 ? `below cell ${after}` : "at the top"),
  belowNew: "below the new cell above",
  belowNewAt: (after: number, count: number) => {
    const cells = count > 1 ? `the ${count} new cells` : "the new cell";
    return after > 0 ? `below cell ${after} and ${cells} there` : `below ${cells} at the top`;
  },

  accept: "Accept",
  reject: "Reject",
  acceptEdited: "Accept as edited",
  edit: "Edit",
  editing: "The cell's source as you want it",
  keepOriginal: "Discard my edit",
  why: "Why not? Claude reads this (optional)",
  cancel: "Cancel",
  decideAnew: "Decide anew",
  accepted: "Accepted",
  acceptedEdited: "Accepted as edited",
  rejected: "Rejected",
  rejectedBecause: (words: string) => `Rejected: “${words}”`,
  outdated: "You changed this cell since Claude proposed this. It stays as it is now; if you accept, Claude is shown it and may propose anew.",
  outdatedRun: "You changed this cell since Claude asked to run it. If you say yes, nothing is run; Claude is told so, and may ask again.",
  placeGone: "The cell that this was to follow is gone. If you accept, Claude is told so and may propose anew.",
  marked: "Characters that cannot be seen, or that look like others, are marked.",

  acceptAll: (rest: number, all: number): string => (all === 1 ? "Accept" : rest === all ? "Accept all" : "Accept the rest"),
  rejectAll: (rest: number, all: number): string => (all === 1 ? "Reject" : rest === all ? "Reject all" : "Reject the rest"),
  withWords: "with these words",
  send: "Send these decisions",
  always: "Accept, and later changes in this session too",

  run: (cells: number) => (cells > 1 ? `Run all ${cells}` : "Run"),
  runEdited: "Run as edited",
  restart: "Restart",
  interrupt: "Interrupt",
  dontRun: "Don't run",
  dont: "Don't",
  alwaysRun: "Run, and don't ask again in this session",
  lastTook: (time: string) => `last took ${time}`,
  cellAt: (number: number | null) => (number ? `Cell ${number}` : "Cell"),
  editCode: "Edit before running",
  code: "The code that will run",
  wantsToRun: (index: number, all: number): string => (all > 1 ? `Claude wants to run this cell, ${index} of ${all}` : "Claude wants to run this cell"),
  title: (what: string) => `Claude: ${what}`,
  diff: { diff: toolStrings.diff, sameLines: toolStrings.sameLines, moreLines: toolStrings.moreLines, showAll: toolStrings.showAll },
};

export type ReviewTexts = typeof reviewStrings;
