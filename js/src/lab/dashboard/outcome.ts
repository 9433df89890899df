/** What an act came to, for the person. */
export interface Outcome {
  kind: "done" | "problem";
  text: string;
  /** More lines, such as what could not be carried over. */
  more?: readonly string[];
}

/** What went wrong, and what to do about it, in words. */
export function wordsOf(error: unknown): string {
  const remedy = (error as { problem?: { remedy?: string } }).problem?.remedy ?? "";
  return `${error instanceof Error ? error.message : String(error)} ${remedy}`.trim();
}
