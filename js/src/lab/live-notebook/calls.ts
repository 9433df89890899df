import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { CellEdit, LiveCall } from "../../protocol/frames.gen";
import { apply } from "./apply";
import type { Followers } from "./following";
import { pictures, type WantedPicture } from "./pictures";
import { read } from "./read";
import { Refusal } from "./refusal";
import { reload } from "./reload";
import { reveal } from "./reveal";
import { type CellToRun, run } from "./run";
import type { Saving } from "./saving";

/** What a call has to work with. */
export interface Call {
  app: JupyterFrontEnd;
  panel: NotebookPanel;
  saving: Saving;
  followers: Followers;
  given: LiveCall["arguments"];
  /** Aborted when nobody waits for it any more. */
  signal: AbortSignal;
  /** Says that a cell was sent to the kernel. */
  running(cell: string, msgId: string): void;
}

type Result = LiveUpResult | Promise<LiveUpResult>;
type LiveUpResult = Record<string, unknown>;

/**
 * Do what the server calls for in an open notebook.
 *
 * @throws Refusal where it cannot be done; nothing was changed then
 */
export async function perform(name: LiveCall["name"], call: Call): Promise<LiveUpResult> {
  const deed = DEEDS.get(name);
  if (deed === undefined) {
    throw new Refusal("bad_call", name);
  }
  return deed(call);
}

const DEEDS: ReadonlyMap<string, (call: Call) => Result> = new Map<LiveCall["name"], (call: Call) => Result>([
  ["read", ({ panel }) => ({ notebook: read(panel) })],
  [
    "apply",
    ({ panel, saving, given }) => {
      const cells = apply(panel, given["edits"] as CellEdit[]);
      saving.soon(panel);
      return { cells };
    },
  ],
  [
    "run",
    async ({ panel, saving, followers, given, signal, running }) => {
      const ended = await run(panel, given["cells"] as CellToRun[], signal, running, followers.follow(panel));
      saving.soon(panel);
      return { ...ended };
    },
  ],
  ["save", async ({ panel, saving }) => ({ modified: await saving.save(panel.context) })],
  ["reload", async ({ panel, saving }) => reload(panel, saving)],
  [
    "pictures",
    async ({ panel, given, signal }) => ({
      pictures: await pictures(panel, String(given["cell"]), given["outputs"] as WantedPicture[], signal),
    }),
  ],
  ["reveal", ({ app, panel, given }) => reveal(app, panel, String(given["cell"]))],
]);
