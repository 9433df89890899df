import type { SessionContext } from "../../rest";

/** The texts of the plain page around the panel. */
export const pageStrings = {
  where: "Where this is",
  openNotebook: (notebook: string) => `Open ${notebook} in Jupyter`,
  all: "All conversations",
  question: (title: string) => `(?) ${title}`,
  finished: (title: string) => `✓ ${title}`,

  choose: "Conversations with Claude",
  gone: "This conversation is not here",
  goneWhy: "It was deleted, or its address belongs to another server.",
  nothing: "There is no conversation on this server yet.",
  nothingRemedy: "Open a notebook and run %load_ext jupyter_claude_workspace, then %claude.",
  jupyter: "Open Jupyter",
  loading: "Loading…",
  failed: (why: string) => `The conversations could not be loaded. ${why}`.trim(),
  notBegun: (why: string) => `It could not be begun. ${why}`.trim(),
  more: (count: number) => (count === 1 ? "1 older conversation" : `${count} older conversations`),
  contexts: { workspace: "", "agent-create": "making an agent", "agent-try": "trying an agent" } satisfies Record<SessionContext, string>,
};
