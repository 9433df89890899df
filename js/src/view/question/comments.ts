import { questionStrings as strings } from "../strings/question";

const MOST_QUOTE = 300;
const MOST_MESSAGE = 20_000; // of the protocol

/** A person's words about a part of a plan. */
export interface Comment {
  readonly id: number;
  /** The part, as text. */
  readonly quote: string;
  readonly words: string;
}

/** What tells Claude to revise its plan: each part that was commented on, quoted, with its comment, then general words. */
export function revision(comments: readonly Comment[], words: string): string {
  const said = comments.filter((comment) => comment.words.trim());
  if (said.length === 0) {
    return words.trim();
  }
  const parts = said.map(({ quote, words: comment }) => `${quoted(quote)}\n\n${comment.trim()}`);
  return [strings.reviseIntro, ...parts, words.trim()].filter(Boolean).join("\n\n").slice(0, MOST_MESSAGE);
}

function quoted(text: string): string {
  const short = text.length > MOST_QUOTE ? `${text.slice(0, MOST_QUOTE)}…` : text;
  return short.split("\n").filter((line) => line.trim()).map((line) => `> ${line.trim()}`).join("\n");
}
