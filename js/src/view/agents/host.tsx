import { type ComponentChildren, render } from "preact";
import type { Rest } from "../../rest";
import type { Session } from "../../session";
import { type Switcher, SwitcherContext } from "../conversations/switcher";
import { RestContext, SessionContext } from "../hooks";
import type { MountOptions } from "../mount";

/** What the panel lends to the part that holds the agents. Contexts do not cross from one bundle to the other. */
export interface Host {
  session: Session;
  rest: Rest;
  switcher: Switcher | null;
  mountPanel(element: HTMLElement, options: MountOptions): () => void;
}

/** Draw something of the part into an element of the panel; returns how to take it away again. */
export function drawInto(element: HTMLElement, host: Host, what: ComponentChildren): () => void {
  render(
    <SessionContext.Provider value={host.session}>
      <RestContext.Provider value={host.rest}>
        <SwitcherContext.Provider value={host.switcher}>{what}</SwitcherContext.Provider>
      </RestContext.Provider>
    </SessionContext.Provider>,
    element,
  );
  return () => render(null, element);
}
