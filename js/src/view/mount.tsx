import { render } from "preact";
import { part, partsFrom } from "../parts";
import type { Rest } from "../rest";
import { Session } from "../session";
import type { Connect } from "../socket/transport";
import { keepTranscript } from "../transcript";
import { MountContext } from "./agents/slot";
import { type Switcher, SwitcherContext } from "./conversations/switcher";
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
  /** Opens other conversations; null where there is only the one. */
  switcher?: Switcher | null;
  /** Is told which session the panel shows, also when it is another one from then on. */
  onSession?(session: Session): void;
}

/** Put the panel into `element`; returns how to take it away again, which closes the connection. */
export function mountPanel(element: HTMLElement, { connect, rest = null, fill = false, switcher = null, onSession }: MountOptions): () => void {
  let session = new Session(connect);
  onSession?.(session);
  if (rest) {
    partsFrom(rest.server.base);
    part("markdown").catch(() => {}); // so that the first reply need not wait for it; whoever needs it tries again
  }
  const draw = () =>
    render(
      <SessionContext.Provider value={session}>
        <RestContext.Provider value={rest}>
          <SwitcherContext.Provider value={switcher}>
            <MountContext.Provider value={mountPanel}>
              <Panel fill={fill} />
            </MountContext.Provider>
          </SwitcherContext.Provider>
        </RestContext.Provider>
      </SessionContext.Provider>,
      element,
    );
  draw();
  let forget = rest && keepTranscript(element, session, rest);
  const unfollow = switcher?.follow(() => {
    session.dispose();
    session = new Session(connect, session);
    onSession?.(session);
    forget?.();
    forget = rest && keepTranscript(element, session, rest);
    draw();
  });
  return () => {
    unfollow?.();
    forget?.();
    session.dispose(); // not left to an effect: Preact runs their clean-ups later
    render(null, element);
  };
}
