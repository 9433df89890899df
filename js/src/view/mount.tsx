import { render } from "preact";
import { Session } from "../session";
import type { Connect } from "../socket/transport";
import { SessionContext } from "./hooks";
import { Panel } from "./panel";
import "./style/index.css";

export interface MountOptions {
  /** Opens the way to the session. */
  connect: Connect;
  /** Take all the height there is, rather than a part of the notebook. */
  fill?: boolean;
}

/** Put the panel into `element`; returns how to take it away again, which closes the connection. */
export function mountPanel(element: HTMLElement, { connect, fill = false }: MountOptions): () => void {
  const session = new Session(connect);
  render(
    <SessionContext.Provider value={session}>
      <Panel fill={fill} />
    </SessionContext.Provider>,
    element,
  );
  return () => {
    session.dispose(); // not left to an effect: Preact runs their clean-ups later
    render(null, element);
  };
}
