import type { RestError } from "../../rest";

export type Problem = { text: string; remedy: string };

/** What the server refused; null for another kind of failure. By its name: the class of the panel is not the one of this part. */
export function refusalIn(error: unknown): RestError | null {
  return error instanceof Error && error.name === "RestError" ? (error as RestError) : null;
}

/** What went wrong, for people. */
export function problemIn(error: unknown): Problem {
  return refusalIn(error)?.problem ?? { text: (error as Error).message, remedy: "" };
}
