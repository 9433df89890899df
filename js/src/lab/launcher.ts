import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ILauncher } from "@jupyterlab/launcher";
import { ITranslator } from "@jupyterlab/translation";
import { COMMANDS } from "./command-ids";
import { claudeIcon } from "./icon";
import { ISidebar } from "./sidebar";
import { textsIn } from "./texts";

/** A tile in the launcher: a new notebook, and Claude beside it. */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:launcher",
  description: "A tile for Claude in the launcher.",
  autoStart: true,
  requires: [ISidebar],
  optional: [ILauncher, ITranslator],
  activate: (_app, _sidebar, launch: ILauncher | null, translator: ITranslator | null) => {
    // A tile among the kernels shows a picture, not the command's icon; a picture knows no theme.
    const picture = claudeIcon.svgstr.replace("#616161", "#1e88e5");
    const kernelIconUrl = `data:image/svg+xml,${encodeURIComponent(picture)}`;
    launch?.add({ command: COMMANDS.newNotebook, category: textsIn(translator).notebookCategory, rank: 100, kernelIconUrl });
  },
};
