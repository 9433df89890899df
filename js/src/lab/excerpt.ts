import type { Mention } from "../drafts";
import type { Answer, Attachment, ImageBlock, Origin, Problem, Question, ServerFrame, TextBlock, ToolFinished, TurnEnded } from "../protocol/frames.gen";

/** What a notebook keeps of a conversation. It comes from a file that anybody may have written. */
export interface Excerpt {
  /** Id of the kernel whose widget shows the conversation; empty where it is not known. */
  kernel: string;
  session: string;
  title: string;
  /** How many earlier turns are not kept. */
  leftOut: number;
  frames: ServerFrame[];
  /** Whether it is of a form that this version reads. */
  readable: boolean;
}

const VERSION = 1;

type Raw = Readonly<Record<string, unknown>>;

/** Read it; what is not of its form is left out, so that all that comes back is what its types say. */
export function readExcerpt(data: unknown): Excerpt {
  const raw = object(data);
  const frames = list(raw["frames"]).flatMap((frame) => read(object(frame)) ?? []);
  return {
    kernel: text(raw["kernel"]),
    session: text(raw["session"]),
    title: text(raw["title"]),
    leftOut: number(raw["left_out"]) ?? 0,
    frames: raw["version"] === VERSION ? frames : [],
    readable: raw["version"] === VERSION,
  };
}

function read(raw: Raw): ServerFrame | null {
  const head = { seq: 0, at: number(raw["at"]) ?? 0, turn: text(raw["turn"]) };
  const readers: Record<string, () => ServerFrame> = {
    turn_started: () => ({
      ...head,
      type: "turn_started",
      origin: origin(object(raw["origin"])),
      text: text(raw["text"]),
      attachments: attachments(raw["attachments"]),
      mentions: mentions(raw["mentions"]),
      after: some(raw["after"]),
    }),
    steered: () => ({
      ...head,
      type: "steered",
      prompt: text(raw["prompt"]),
      text: text(raw["text"]),
      attachments: attachments(raw["attachments"]),
      mentions: mentions(raw["mentions"]),
      user: some(raw["user"]),
    }),
    message: () => ({
      ...head,
      type: "message",
      message: text(raw["message"]),
      block: number(raw["block"]) ?? 0,
      kind: "text",
      text: text(raw["text"]),
      parent: some(raw["parent"]),
      partial: raw["partial"] === true,
    }),
    tool_started: () => ({
      ...head,
      type: "tool_started",
      tool: text(raw["tool"]),
      name: text(raw["name"]),
      input: { ...object(raw["input"]) },
      message: text(raw["message"]),
      block: number(raw["block"]) ?? 0,
      parent: some(raw["parent"]),
    }),
    tool_finished: () => ({
      ...head,
      type: "tool_finished",
      tool: text(raw["tool"]),
      outcome: oneOf<ToolFinished["outcome"]>(raw["outcome"], ["done", "failed", "denied", "interrupted"]),
      content: list(raw["content"]).map(block),
      detail: isObject(raw["detail"]) ? { ...raw["detail"] } : null,
      omitted: number(raw["omitted"]) ?? 0,
    }),
    question: () => ({
      ...head,
      type: "question",
      question: text(raw["question"]),
      nonce: "",
      tool: some(raw["tool"]),
      parent: some(raw["parent"]),
      ask: ask(object(raw["ask"])),
    }),
    question_settled: () => ({
      ...head,
      type: "question_settled",
      question: text(raw["question"]),
      decision: oneOf<Answer["decision"]>(raw["decision"], ["allow", "allow_session", "deny"]),
      user: some(raw["user"]),
      message: text(raw["message"]),
      answers: isObject(raw["answers"]) ? texts(raw["answers"]) : null,
    }),
    turn_ended: () => ({
      ...head,
      type: "turn_ended",
      why: oneOf<TurnEnded["why"]>(raw["why"], ["completed", "interrupted", "failed", "cut"]),
      problem: isObject(raw["problem"]) ? problem(raw["problem"]) : null,
      prompt_kept: false,
      usage: null,
      duration_ms: number(raw["duration_ms"]),
      model: some(raw["model"]),
    }),
  };
  const type = text(raw["type"]);
  return Object.hasOwn(readers, type) && head.turn ? (readers[type]?.() ?? null) : null;
}

function origin(raw: Raw): Origin {
  return { kind: oneOf<Origin["kind"]>(raw["kind"], ["other", "prompt", "task"]), prompt: some(raw["prompt"]), user: some(raw["user"]) };
}

function attachments(value: unknown): Attachment[] {
  return list(value).map((each) => ({ name: text(object(each)["name"]), content: block(object(each)["content"]) }));
}

/** Only what they are called is shown. */
function mentions(value: unknown): Mention[] {
  return list(value).map((each) => {
    const raw = object(each);
    const kind = oneOf<Mention["kind"]>(raw["kind"], ["cell", "selection", "error", "variable"]);
    const named = { cell: text(raw["cell"]), label: text(raw["label"]) };
    return kind === "variable" ? { kind, name: text(raw["name"]) } : kind === "selection" ? { kind, ...named, text: "" } : { kind, ...named };
  });
}

function block(value: unknown): TextBlock | ImageBlock {
  const raw = object(value);
  if (raw["kind"] === "image") {
    const media_type = oneOf<ImageBlock["media_type"]>(raw["media_type"], ["image/png", "image/jpeg", "image/gif", "image/webp"]);
    return { kind: "image", media_type, data: text(raw["data"]).replace(/[^A-Za-z0-9+/=]/g, "") };
  }
  return { kind: "text", text: text(raw["text"]) };
}

function ask(raw: Raw): Question["ask"] {
  switch (raw["kind"]) {
    case "plan":
      return { kind: "plan", plan: text(raw["plan"]) };
    case "choice":
      return { kind: "choice", items: list(raw["items"]).map((item) => choice(object(item))) };
    default:
      return {
        kind: "permission",
        name: text(raw["name"]),
        input: { ...object(raw["input"]) },
        title: text(raw["title"]),
        reason: text(raw["reason"]),
        blocked_path: null,
        rules: [],
      };
  }
}

function choice(raw: Raw): Extract<Question["ask"], { kind: "choice" }>["items"][number] {
  const options = list(raw["options"]).map(object).map((option) => ({ label: text(option["label"]), description: text(option["description"]) }));
  return { question: text(raw["question"]), header: text(raw["header"]), options, multi_select: raw["multi_select"] === true };
}

function problem(raw: Raw): Problem {
  return { code: text(raw["code"]), text: text(raw["text"]), remedy: text(raw["remedy"]) };
}

function texts(raw: Raw): Record<string, string> {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, text(value)]));
}

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function object(value: unknown): Raw {
  return isObject(value) ? value : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function some(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function oneOf<T extends string>(value: unknown, known: [T, ...T[]]): T {
  return known.find((each) => each === value) ?? known[0];
}
