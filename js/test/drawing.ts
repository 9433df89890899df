import { Block } from "../src/view/markdown/block";
import { draw, lex, noLinks } from "../src/view/markdown/html";

/** The whole text, drawn without any of what streaming is about. */
export function drawn(text: string): HTMLElement {
  const host = document.createElement("div");
  for (const token of lex(text.replace(/\r\n?/g, "\n"), noLinks())) {
    if (token.type === "space" || token.type === "def") continue;
    const block = new Block();
    host.append(block.element);
    block.show(draw(token), true);
  }
  return host;
}

/** The HTML in `element` with all code unfolded: whether it folds depends on whether somebody watched it grow. */
export function unfolded(element: HTMLElement): string {
  for (const button of element.querySelectorAll<HTMLElement>(".jcw-md-fold[aria-expanded=false]")) button.click();
  return element.innerHTML;
}

/** `text` as it should look in the end, however it arrives. */
export function reference(text: string): string {
  return unfolded(drawn(text));
}

/** jsdom 27 adds listeners to its window for every document that it parses, and never takes one away. */
export function letGoOfDocuments(): void {
  jsdom.window.addEventListener = () => {}; // no spy: that would remember the documents in its turn
}

const { jsdom } = globalThis as unknown as { jsdom: { window: Window } };
