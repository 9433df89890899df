import type { CellChange, ChangeVerdict } from "../../protocol/frames.gen";
import type { ToolItem } from "../../state/conversation";

/** A change of a cell, and what was decided about it; null: nobody has, or it is not known. */
export interface Reviewed {
  change: CellChange;
  verdict: ChangeVerdict | null;
  /** Why it was not done though it was accepted; empty where it was. */
  late: "" | "changed" | "gone" | "place";
}

export interface RanCell {
  cell: string | null;
  state: string;
  duration_ms: number | null;
  prompt: string;
}

/** A run, as the server told it when the call ended. */
export interface Ran {
  over: boolean;
  kernel: string;
  cells: readonly RanCell[];
}

/** The changes that a call made or wanted: what really happened, else what was asked about, else nothing. */
export function reviewedIn({ detail, settled }: ToolItem): Reviewed[] {
  const cells = detail?.["cells"];
  if (Array.isArray(cells)) {
    const verdicts = Array.isArray(detail?.["verdicts"]) ? (detail["verdicts"] as ChangeVerdict[]) : [];
    const late = Array.isArray(detail?.["late"]) ? (detail["late"] as Late[]) : [];
    return paired(cells as CellChange[], verdicts, late);
  }
  if (settled?.question.ask.kind === "cells") {
    const accept = settled.answer.decision !== "deny";
    const { changes } = settled.question.ask;
    return paired(changes, settled.answer.changes ?? changes.map((_, change) => ({ change, accept, message: "" })));
  }
  return [];
}

interface Late {
  change: number;
  why: Reviewed["late"];
}

function paired(changes: readonly CellChange[], verdicts: readonly ChangeVerdict[], late: readonly Late[] = []): Reviewed[] {
  return changes.map((change, index) => ({
    change,
    verdict: verdicts.find((verdict) => verdict.change === index) ?? null,
    late: late.find((each) => each.change === index)?.why ?? "",
  }));
}

/** What ran; null where the call ran nothing, or does not say so yet. */
export function ranIn({ detail }: ToolItem): Ran | null {
  const run = detail?.["run"] as Partial<Ran> | undefined;
  return run && Array.isArray(run.cells) ? { over: run.over !== false, kernel: run.kernel ?? "", cells: run.cells } : null;
}
