import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useRest, useSelect } from "../../hooks";
import { past as strings } from "../../strings/past";
import { drawInto, type Host } from "../host";
import { Past } from "./api";

/** The way back from cells that are suddenly gone, in their notice; returns how to take it away again. */
export function mountLost(element: HTMLElement, host: Host, snapshot: string): () => void {
  return drawInto(element, host, <Lost snapshot={Number(snapshot)} />);
}

function Lost({ snapshot }: { snapshot: number }): JSX.Element | null {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  if (rest === null) {
    return null;
  }
  const act = async () => {
    setBusy(true);
    setProblem("");
    await new Past(rest, session).restore(snapshot).catch((error: Error) => setProblem(strings.failed(error.message)));
    setBusy(false);
  };
  return (
    <>
      <button type="button" class="jcw-button" data-jcw="put-back" aria-disabled={busy} onClick={() => void (busy || act())}>
        {strings.putBack}
      </button>
      {problem && (
        <span class="jcw-problem" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
