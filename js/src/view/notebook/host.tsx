import { type ComponentChildren, render } from "preact";
import type { Rest } from "../../rest";
import type { Session } from "../../session";
import { RestContext, SessionContext } from "../hooks";
import { Reading, ReadingContext } from "../reading";

/** What the panel lends to the part about the notebook. Contexts do not cross from one bundle to the other. */
export interface Host {
  session: Session;
  rest: Rest | null;
}

/** Draw something of the part into an element of the panel; returns how to take it away again. */
export function drawInto(element: HTMLElement, host: Host, what: ComponentChildren): () => void {
  render(
    <SessionContext.Provider value={host.session}>
      <RestContext.Provider value={host.rest}>
        <ReadingContext.Provider value={new Reading(host.session.store)}>{what}</ReadingContext.Provider>
      </RestContext.Provider>
    </SessionContext.Provider>,
    element,
  );
  return () => render(null, element);
}
