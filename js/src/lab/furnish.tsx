import type { CommandRegistry } from "@lumino/commands";
import { render } from "preact";
import type { HostRequests } from "../host";
import { Beside, type Elsewhere, nameOf } from "./beside";
import { COMMANDS } from "./command-ids";
import { Desk, type View } from "./desk";
import type { Front } from "./front";
import { Place } from "./place";
import { restOfPage } from "./resume";
import type { LabTexts } from "./texts";

export interface Furnishing {
  front: Front;
  commands: CommandRegistry;
  texts: LabTexts;
  /** Brings a document of the page to the front. */
  reveal(id: string): void;
}

/**
 * Put the conversation of the notebook in front into `node`.
 * @throws Error where the page has no server
 */
export function furnish(node: HTMLElement, { front, commands, texts, reveal }: Furnishing): Desk {
  const rest = restOfPage();
  if (rest === null) {
    throw new Error("no server");
  }
  const around = node.appendChild(document.createElement("div"));
  const stage = node.appendChild(document.createElement("div"));
  around.className = "jcw-side-around";
  stage.className = "jcw-side-stage";
  const desk = new Desk(stage, rest, front);
  stage.addEventListener("jcw:insert-cell", (event) => insert(event as CustomEvent, front, desk));
  const elsewhere = (view: View) => elsewhereIn(view, front, desk, commands, texts, reveal);
  const newAgent = () => void commands.execute(COMMANDS.newAgent);
  render(<Beside desk={desk} texts={texts} elsewhere={elsewhere} start={() => desk.begin(false).then((seat) => seat.focus())} newAgent={newAgent} />, around);
  return desk;
}

/** Code of a reply goes below the active cell of the notebook whose conversation it is. */
function insert(event: CustomEvent<HostRequests["insert-cell"] | null>, front: Front, desk: Desk): void {
  const view = desk.view.state;
  if (front.panel !== null && view.kind === "seat" && view.notebook === front.notebook) {
    event.preventDefault();
    if (event.detail !== null) {
      new Place(front.panel).insertCell(event.target as Node, event.detail);
    }
  }
}

/** What to say where the conversation is not that of the document in front; null where it is. */
function elsewhereIn(view: View, front: Front, desk: Desk, commands: CommandRegistry, texts: LabTexts, reveal: (id: string) => void): Elsewhere | null {
  const agent = view.kind === "seat" && view.agent;
  if (view.kind === "none" || (view.notebook === front.notebook && front.inFront && !agent)) {
    return null;
  }
  const { notebook } = view;
  const { panel } = front;
  const about = (agent ? texts.agentOf : texts.about)(nameOf(notebook));
  if (notebook === front.notebook && !agent) {
    const act = () => (panel ? reveal(panel.id) : void commands.execute("docmanager:open", { path: notebook }));
    return { notebook, about, acts: [{ hook: "reveal", label: panel ? texts.reveal : texts.open, act }] };
  }
  const open = { hook: "open-notebook", label: texts.open, act: () => void commands.execute("docmanager:open", { path: notebook }) };
  const back = { hook: "back", label: texts.back(nameOf(front.notebook ?? "")), act: () => desk.back() };
  const mayOpen = notebook === front.notebook ? [] : [open];
  return { notebook, about, acts: front.notebook === null ? mayOpen : [...mayOpen, back] };
}
