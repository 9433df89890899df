import type {
  Answer,
  Attachment,
  ImageBlock,
  NotebookChanged,
  Notice,
  Origin,
  PlanItem,
  Problem,
  Prompt,
  Question,
  QuestionSettled,
  QueuedPrompt,
  Sent,
  Settings,
  StateChanged,
  TextBlock,
  ToolFinished,
  ToolProgress,
  TurnEnded,
  Welcome,
} from "../protocol/frames.gen";
import type { Mention } from "../drafts";
import type { Link } from "../socket/transport";
import { type Drafting, NO_DRAFT } from "./drafting";

export type SessionState = StateChanged["state"];

/** A block of the reply. `open`: provisional, it still grows, and a retry may take it away. */
export interface TextItem {
  readonly kind: "text" | "thinking";
  readonly key: string;
  readonly message: string;
  readonly text: string;
  readonly open: boolean;
  readonly partial: boolean;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** A tool call, with what a subagent did inside it. */
export interface ToolItem {
  readonly kind: "tool";
  readonly key: string;
  readonly tool: string;
  readonly message: string;
  readonly name: string;
  /** null while the input is still being written; `written` is then its JSON so far. */
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly written: string;
  readonly outcome: "writing" | "running" | ToolFinished["outcome"];
  readonly progress: ToolProgress | null;
  readonly content: readonly (TextBlock | ImageBlock)[];
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly omitted: number;
  readonly settled: Settled | null;
  readonly children: readonly Item[];
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** A prompt that a person put into the turn while it ran. */
export interface SteeredItem {
  readonly kind: "steered";
  readonly key: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  readonly user: string;
}

/** A question that belonged to no tool call we know, and how it ended. */
export interface AskedItem {
  readonly kind: "asked";
  readonly key: string;
  readonly settled: Settled;
}

export type Item = TextItem | ToolItem | AskedItem | SteeredItem;

/** Whether an item is what Claude says or thinks. */
export function isProse(item: Item): item is TextItem {
  return item.kind === "text" || item.kind === "thinking";
}

export interface Settled {
  readonly question: Question;
  readonly answer: QuestionSettled;
}

export interface Turn {
  readonly id: string;
  readonly origin: Origin;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  /** The turn that this one follows; null for a first one. Turns that follow the same one are branches. */
  readonly after: string | null;
  readonly startedAt: number;
  readonly items: readonly Item[];
  readonly end: TurnEnded | null;
}

/** What the person did that the server has not confirmed yet. It is sent again after a reconnect; the server drops doubles. */
export interface Outgoing {
  readonly frame: Prompt | Answer;
  /** Why the server refused it; null while it is under way. */
  readonly problem: Problem | null;
}

/** Everything that the panel shows. Never changed in place. */
export interface Conversation {
  readonly link: Link;
  readonly welcomed: boolean;
  /** Id of the session; empty until the server has said it. */
  readonly session: string;
  readonly context: Welcome["context"];
  readonly title: string;
  readonly notebook: string;
  readonly demo: boolean;
  readonly settings: Settings | null;
  readonly state: SessionState;
  readonly stateProblem: Problem | null;
  readonly seq: number;
  /** All turns of all branches, in the order in which they began. */
  readonly turns: readonly Turn[];
  /** Which of `turns` are shown: from the first one to where the conversation goes on, as indices. */
  readonly path: readonly number[];
  /** Where several turns follow the same one (null: none), those turns in the order in which they began. */
  readonly forks: ReadonlyMap<string | null, readonly string[]>;
  readonly questions: readonly Question[];
  readonly notices: readonly Notice[];
  readonly queue: readonly QueuedPrompt[];
  readonly todo: readonly PlanItem[];
  /** What of the notebook's and the kernel's data went to the model. */
  readonly sent: readonly Sent[];
  /** What turns did to the notebook, by turn. */
  readonly changes: ReadonlyMap<string, NotebookChanged>;
  readonly outgoing: readonly Outgoing[];
  readonly drafting: Drafting;
  /** Name of an agent that the person has to look at before it may run; null: none. */
  readonly review: string | null;
  /** Milliseconds to add to the server's times to get this machine's. */
  readonly skew: number;
}

export const EMPTY: Conversation = {
  link: { kind: "opening" },
  welcomed: false,
  session: "",
  context: "workspace",
  title: "",
  notebook: "",
  demo: false,
  settings: null,
  state: "waking",
  stateProblem: null,
  seq: 0,
  turns: [],
  path: [],
  forks: new Map(),
  questions: [],
  notices: [],
  queue: [],
  todo: [],
  sent: [],
  changes: new Map(),
  outgoing: [],
  drafting: NO_DRAFT,
  review: null,
  skew: 0,
};
