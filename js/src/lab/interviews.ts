import type { ILayoutRestorer, JupyterFrontEnd } from "@jupyterlab/application";
import { WidgetTracker } from "@jupyterlab/apputils";
import type { CommandRegistry } from "@lumino/commands";
import { COMMANDS } from "./command-ids";
import { Interview } from "./interview";
import type { LabTexts } from "./texts";

/** The tabs in which agents are made; JupyterLab brings them back after a reload. */
export class Interviews {
  readonly #shell: JupyterFrontEnd.IShell;
  readonly #commands: CommandRegistry;
  readonly #texts: LabTexts;
  readonly #tracker = new WidgetTracker<Interview>({ namespace: "claude-workspace-interviews" });

  constructor(app: JupyterFrontEnd, restorer: ILayoutRestorer | null, texts: LabTexts) {
    this.#shell = app.shell;
    this.#commands = app.commands;
    this.#texts = texts;
    void restorer?.restore(this.#tracker, {
      command: COMMANDS.openSession,
      args: ({ session }) => ({ session_id: session, tab: true }),
      name: ({ session }) => session,
    });
  }

  /** Show a session in its tab. */
  show(session: string): void {
    const there = this.#tracker.find((tab) => tab.session === session);
    const tab = there ?? new Interview(session, this.#texts, () => seatOf(session, this.#elsewhere));
    if (there === undefined) {
      this.#shell.add(tab, "main");
      void this.#tracker.add(tab);
    }
    this.#shell.activateById(tab.id);
  }

  /** Another conversation is shown where it belongs; the tab goes on with the agent that is made in it. */
  readonly #elsewhere = (session: string): boolean => {
    void this.#commands.execute(COMMANDS.openSession, { session_id: session });
    return false;
  };
}

async function seatOf(session: string, chosen: (session: string) => boolean) {
  const [{ Seat }, { restOfPage }] = await Promise.all([import("./seat"), import("./resume")]);
  const rest = restOfPage();
  if (rest === null) {
    throw new Error("This page has no Jupyter server.");
  }
  return new Seat(rest, session, chosen);
}
