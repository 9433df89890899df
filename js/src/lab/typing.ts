import type { JupyterFrontEndPlugin } from "@jupyterlab/application";

const KEPT: ReadonlySet<string> = new Set(["insertLineBreak", "historyUndo", "historyRedo"]);

/**
 * Lets new lines and undo reach our text fields in cells. JupyterLab (seen in 4.6) takes back what Shift+Enter and Ctrl+Z would do
 * in any text field in a cell, so that they act on the notebook; in ours they act on what is written there.
 */
export const typing: JupyterFrontEndPlugin<void> = {
  id: "jupyter-claude-workspace:typing",
  description: "Lets new lines and undo reach the text fields of the panel.",
  autoStart: true,
  activate: () => {
    // JupyterLab listens at the field itself, anew with each key: what is stopped on its way down never comes there.
    window.addEventListener("beforeinput", spare, { capture: true });
  },
};

function spare(event: InputEvent): void {
  if (KEPT.has(event.inputType) && event.target instanceof Element && event.target.closest(".jcw-panel")) {
    event.stopPropagation();
  }
}
