import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { commands } from "./commands";
import { fix } from "./fix/plugin";
import { dashboard } from "./dashboard/plugin";
import { here } from "./mention/here";
import { launcher } from "./launcher";
import { liveNotebook } from "./live-notebook/plugin";
import { renderer } from "./renderer";
import { review } from "./review/plugin";
import { settings } from "./settings";
import { sidebar } from "./sidebar";
import { status } from "./status";
import { typing } from "./typing";

/** The plugins that JupyterLab and Notebook 7 load. What is heavy in them is fetched when it is first shown. */
export default [renderer, settings, sidebar, commands, fix, here, status, launcher, dashboard, liveNotebook, review, typing].map((plugin) => measured(plugin as JupyterFrontEndPlugin<unknown>));

/** How long each takes to start is to be seen among the page's measurements. */
function measured(plugin: JupyterFrontEndPlugin<unknown>): JupyterFrontEndPlugin<unknown> {
  const activate: typeof plugin.activate = (...args) => {
    const start = performance.now();
    try {
      return plugin.activate(...args);
    } finally {
      performance.measure(plugin.id, { start });
    }
  };
  return { ...plugin, activate };
}
