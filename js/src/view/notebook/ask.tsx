import type { JSX } from "preact";
import { drawInto, type Host } from "./host";
import { CellsQuestion } from "./review/cells";
import { RunQuestion } from "./review/run";
import type { Asked } from "./slot";

/** A question about the notebook, in an element of the panel; returns how to take it away again. */
export function mountAsk(element: HTMLElement, host: Host, asked: Asked): () => void {
  return drawInto(element, host, <Ask {...asked} />);
}

function Ask(asked: Asked): JSX.Element | null {
  const { ask } = asked.question;
  switch (ask.kind) {
    case "cells":
      return <CellsQuestion {...asked} ask={ask} />;
    case "run":
      return <RunQuestion {...asked} ask={ask} />;
    default:
      return null; // the panel itself draws the others
  }
}
