import type { Problem } from "../../protocol/frames.gen";

/** A call that cannot be done, and why; LIVE.md lists the codes. */
export class Refusal extends Error {
  constructor(
    readonly code: "not_open" | "cell_unknown" | "cell_changed" | "read_only" | "no_kernel" | "not_saved" | "bad_call",
    /** The cell's id where it is about a cell; words for the log otherwise. */
    text = "",
  ) {
    super(text);
    this.name = "Refusal";
  }

  get problem(): Problem {
    return { code: this.code, text: this.message, remedy: "" };
  }
}
