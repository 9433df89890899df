import type { SessionState } from "../../state/conversation";

/** The texts of the list of conversations. */
export const conversations = {
  menu: "Conversations",
  create: "New conversation",
  others: "Other conversations",
  search: "Search in titles and text",
  list: "Conversations of this notebook",
  none: "No conversation yet.",
  nothingFound: (query: string) => `Nothing with “${query}”.`,
  loading: "Loading…",
  failed: "The list could not be loaded.",
  untitled: "Untitled",
  turns: (count: number) => (count === 1 ? "1 turn" : `${count} turns`),
  states: { running: "working", waiting: "needs your answer", failed: "stopped working" } satisfies Partial<Record<SessionState, string>>,
  rename: "Rename",
  renameIt: (title: string) => `Rename “${title}”`,
  titleLabel: "Title of the conversation",
  remove: "Delete",
  removeIt: (title: string) => `Delete “${title}”`,
  removeTitle: (title: string) => `Delete “${title}”?`,
  removeText: (turns: number) =>
    `${turns === 1 ? "Its turn and" : turns > 1 ? `Its ${turns} turns and` : ""} ${turns > 0 ? "what" : "What"} Claude knows of it are gone for good. Your files stay as they are.`.trim(),
  removeRunning: "Claude is working in it and is stopped.",
  keep: "Keep",
};
