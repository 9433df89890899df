import { render } from "preact";
import { part, partsFrom } from "../parts";
import type { Excerpt } from "./excerpt";
import { Kept } from "./kept";
import { restOfPage, resume } from "./resume";

/**
 * Draw what a notebook kept of a conversation. Nothing is sent for it.
 *
 * @param notebook the path of the notebook
 * @param onContinued the person wants the conversation itself, and it was opened in the same place
 * @returns how to take it away again
 */
export function drawExcerpt(element: HTMLElement, excerpt: Excerpt, notebook: string, onContinued: () => void): () => void {
  const rest = restOfPage();
  if (rest !== null) {
    partsFrom(rest.server.base);
  }
  let wanted = true;
  let undraw = () => render(null, element);
  const onContinue = async (): Promise<string> => {
    const opened = rest === null ? "" : await resume(rest, excerpt.session, notebook);
    if (typeof opened === "string") {
      return opened;
    }
    onContinued();
    undraw();
    undraw = opened(element);
    return "";
  };
  const whole = rest && excerpt.session ? rest.url(`api/sessions/${encodeURIComponent(excerpt.session)}/transcript?format=md`).href : "";
  const draw = () => {
    if (wanted) {
      render(<Kept excerpt={excerpt} whole={whole} onContinue={rest && excerpt.session ? onContinue : null} />, element);
    }
  };
  part("markdown").then(draw, draw); // without it the source is shown
  return () => {
    wanted = false;
    undraw();
  };
}
