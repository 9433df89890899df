import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useRest, useSelect } from "../../hooks";
import { Icon } from "../../icons";
import { past as strings } from "../../strings/past";
import { drawInto, type Host } from "../host";
import { type Outcome, Past } from "./api";
import { LeftCells } from "./outcome";

/** What a turn did to the notebook, and the way back, in the turn's foot; returns how to take it away again. */
export function mountChanged(element: HTMLElement, host: Host, turn: string): () => void {
  return drawInto(element, host, <Changed turn={turn} />);
}

function Changed({ turn }: { turn: string }): JSX.Element | null {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const changes = useSelect((state) => state.changes.get(turn));
  const over = useSelect((state) => state.turns.findLast(({ id }) => id === turn)?.end !== null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  if (rest === null || changes === undefined || (changes.cells === 0 && !changes.undone)) {
    return null;
  }
  const { undone, cells } = changes;
  const act = async () => {
    setBusy(true);
    setProblem("");
    setOutcome(null);
    await new Past(rest, session).undo(turn, undone).then(setOutcome, (error: Error) => setProblem(strings.failed(error.message)));
    setBusy(false);
  };
  const nothing = outcome !== null && outcome.restored.length === 0 && outcome.left.length > 0;
  return (
    <div class="jcw-changed" data-jcw="changed" data-undone={undone}>
      <span class="jcw-changed-line">
        <Icon name="notebook" />
        <span class={undone ? "jcw-struck" : ""}>{over ? strings.changed(cells) : strings.changedSoFar(cells)}</span>
        {over && (
          <>
            {undone && <span class="jcw-dim">{strings.undone}</span>}
            <span class="jcw-dim" aria-hidden="true">
              ·
            </span>
            <button
              type="button"
              class="jcw-link"
              data-jcw={undone ? "redo-turn" : "undo-turn"}
              title={undone ? strings.redoTitle : strings.undoTitle}
              aria-disabled={busy}
              onClick={() => void (busy || act())}
            >
              {undone ? strings.redo : strings.undo}
            </button>
          </>
        )}
      </span>
      {nothing && <span role="status">{undone ? strings.nothingRedone : strings.nothingUndone}</span>}
      {outcome && <LeftCells outcome={outcome} />}
      {problem && (
        <span class="jcw-problem" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}
