/** The texts about what of the notebook goes along with a prompt. */
export const mentionStrings = {
  along: "Goes along",
  cell: (place: number) => `Cell ${place}`,
  run: (count: number) => `[${count}]`,
  named: (cell: string, line: string) => (line ? `${cell} ${line}` : cell),
  /** In the person's own words. */
  writtenCell: (cell: string) => `cell ${cell.replace(/^Cell /, "")} `,
  writtenSelection: "the selection ",
  writtenError: (cell: string) => `the error in cell ${cell.replace(/^Cell /, "")} `,
  selection: (cell: string) => `Selection in ${cell}`,
  error: (name: string, cell: string) => `${name} in ${cell}`,

  aboutSelection: "what you have selected",
  aboutCurrent: "the cell you are in",
  aboutCell: "cell",
  aboutError: "error, with its cell and variables",

  currentOn: (cell: string) => `The cell you are in goes along: ${cell}. Click to stop that.`,
  currentOff: "Let the cell you are in go along with what you ask",
  currentNowhere: "The cell you are in goes along, once you are in one. Click to stop that.",
  stopCurrent: "Do not let the cell you are in go along",
  remove: (name: string) => `Take out ${name}`,
  preview: (name: string) => `See what goes to Claude of ${name}`,
  previewTitle: "This goes to Claude with your message",
  previewAsNow: (chars: number, pictures: number) =>
    `${chars.toLocaleString("en")} characters${pictures > 0 ? `, ${pictures} ${pictures === 1 ? "picture" : "pictures"}` : ""}, as of now`,
  previewLater: "What goes is the state at the moment of sending.",
  previewFailed: "It cannot be shown now.",
  loading: "Looking…",
  close: "Close",
  picture: "A picture that goes along",
};
