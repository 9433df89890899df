import type { SentItem, Settings } from "../../protocol/frames.gen";

type Privacy = Settings["privacy"];

/** Texts about what Claude may be shown of the notebook's data, and what was sent of it. */
export const sentStrings = {
  levels: [
    { id: "names", label: "Names only", about: "Names and types of variables; that there are outputs, and of which kind." },
    { id: "schema", label: "Schema", about: "And shapes, columns and their types; where an error was raised. No values." },
    { id: "aggregates", label: "Aggregates", about: "And counts, means and spread of columns; axes of figures. No single values." },
    { id: "sample", label: "Sample", about: "And the first few values, rows and lines; the words of errors. No pictures." },
    { id: "full", label: "Full", about: "Everything a cell gives out, with pictures; more of each variable." },
  ] as const satisfies readonly { id: Privacy; label: string; about: string }[],
  level: "What Claude may see of the data",
  source: "The text of cells and your own messages are always sent.",
  before: "What was sent before stays in this conversation. Begin a new one to leave it behind: it keeps this setting.",
  uncovered: "This setting covers the notebook's tools and what you mention. It does not cover:",
  gaps: [
    "Claude's own tools, such as Bash and Read, which can read the same files",
    "code that Claude runs in the kernel: it can write files or reach the network",
    "files that you attach or mention with @",
  ],
  seal: "Deny Claude's own tools",
  sealAbout: "Bash, Read, Grep, the web, subagents and all others but the notebook's tools are denied, at once.",
  sealed: "Claude's own tools are denied. What is left uncovered: code that Claude runs in the kernel, and files that you attach or mention.",
  list: "What was sent",
  toList: (count: number) => (count === 1 ? "To the 1 piece that was sent" : `To the ${count} pieces that were sent`),
  nothing: "Nothing of the notebook's data was sent yet.",
  earlier: (count: number) => `Show ${count} earlier`,
  total: (count: number) => (count === 1 ? "1 piece" : `${count} pieces`),
  kinds: { outline: "Outline", source: "Cell", output: "Output of", image: "Picture of", variable: "Variable" } as const satisfies Record<SentItem["kind"], string>,
  withPrompt: "with your message",
  by: (tool: string) => `by ${tool}`,
  at: (level: string) => `at “${level}”`,
  characters: (size: string) => `${size} characters`,
  bytes: (size: string) => `${size} bytes`,
};
