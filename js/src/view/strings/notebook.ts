/** Texts of a conversation that a notebook keeps. */
export const notebookStrings = {
  kept: "Kept in this notebook",
  keptRegion: "Conversation with Claude Code, kept in this notebook",
  nothing: "Nothing of this conversation is kept here yet.",
  newer: "This conversation was kept by a newer version of jupyter-claude-workspace. This one cannot show it.",
  broken: "What was kept of this conversation is damaged and cannot be shown.",
  leftOut: (turns: number) => (turns === 1 ? "1 earlier turn is not kept here." : `${turns} earlier turns are not kept here.`),
  whole: "Open the whole conversation",
  resume: "Continue this conversation",
  resuming: "Opening…",
  gone: "This server does not have this conversation. Run %claude in another cell to begin a new one.",
  elsewhere: (notebook: string) => `This conversation goes on in ${notebook}. Run %claude in another cell to begin one here.`,
  notReached: (why: string) => `The server could not be asked: ${why}`,
} as const;
