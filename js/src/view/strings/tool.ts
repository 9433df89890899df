/** Texts of tool calls, and of the way through a conversation. */
export const toolStrings = {
  linesLeftOut: (count: number) => (count === 1 ? "1 line left out" : `${count} lines left out`),
  charactersLeftOut: (count: string) => `${count} more characters`,
  showAll: "show all",
  showLess: "Show less",
  showPrompt: (lines: number) => `Show all ${lines} lines`,
  showWholePrompt: "Show all of it",
  enlarge: "Show the picture larger",
  picture: "Picture",
  showPicture: (size: string) => `Show a picture of ${size}`,
  close: "Close",

  sameLines: (count: number) => (count === 1 ? "1 unchanged line" : `${count} unchanged lines`),
  moreLines: (count: number) => (count === 1 ? "1 more line" : `${count} more lines`),
  diff: "Changes",

  inside: (count: number) => (count === 1 ? "1 step" : `${count} steps`),
  now: (what: string) => `Now: ${what}`,
  task: "Task",
  result: "Result",
  exitCode: (code: string) => `exit code ${code}`,
  inBackground: "in the background",
  backgroundEnded: { done: "ended", failed: "failed", stopped: "stopped" },
  backgroundTasks: (count: number) => (count === 1 ? "1 background task" : `${count} background tasks`),
  nextBackgroundTask: "Go to the background task",

  groups: {
    read: (count: number) => (count === 1 ? "1 file read" : `${count} files read`),
    search: (count: number) => (count === 1 ? "1 search" : `${count} searches`),
    list: (count: number) => (count === 1 ? "1 folder listed" : `${count} folders listed`),
    web: (count: number) => (count === 1 ? "1 page fetched" : `${count} pages fetched`),
    notebook: (count: number) => (count === 1 ? "1 look at the notebook" : `${count} looks at the notebook`),
    tasks: (count: number) => (count === 1 ? "1 change to the to-do list" : `${count} changes to the to-do list`),
  },
  groupFailed: (count: number) => `${count} failed`,

  cells: (count: number) => (count === 1 ? "1 cell" : `${count} cells`),

  find: "Find in this conversation",
  findLabel: "Find",
  findCount: (now: number, all: number) => `${now} of ${all}`,
  findNone: "Not found",
  findNext: "Next",
  findPrevious: "Previous",
  findClose: "Close the search",
};
