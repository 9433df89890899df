import { render } from "preact";
import { partsFrom } from "../../parts";
import { Dashboard } from "./dashboard";
import { AroundContext, type Surroundings } from "./around";
import { stringsIn } from "./strings";
import "../panel.css";

/** Put the dashboard into `element`; returns how to take it away again. */
export function mountDashboard(element: HTMLElement, around: Surroundings): () => void {
  partsFrom(around.rest.server.base); // a question may show code
  render(
    <AroundContext.Provider value={{ ...around, strings: stringsIn(around.trans) }}>
      <Dashboard />
    </AroundContext.Provider>,
    element,
  );
  return () => render(null, element);
}
