import { render } from "preact";
import type { Rest } from "../rest";
import { Session } from "../session";
import type { Connect } from "../socket/transport";
import { RestContext, SessionContext } from "./hooks";
import { Panel } from "./panel";
import "./style/index.css";

export interface MountOptions {
  /** Opens the way to the session. */
  connect: Connect;
  /** The server's REST side; null where the page cannot reach one. */
  rest?: Rest | null;
  /** Take all the height there is, rather than a part of the notebook. */
  fill?: boolean;
}

/** Put the panel into `element`; returns how to take it away again, which closes the connection. */
export function mountPanel(element: HTMLElement, { connect, rest = null, fill = false }: MountOptions): () => void {
  const session = new Session(connect);
  render(
    <SessionContext.Provider value={session}>
      <RestContext.Provider value={rest}>
        <Panel fill={fill} />
      </RestContext.Provider>
    </SessionContext.Provider>,
    element,
  );
  return () => {
    session.dispose(); // not left to an effect: Preact runs their clean-ups later
    render(null, element);
  };
}
