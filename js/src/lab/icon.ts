import { LabIcon } from "@jupyterlab/ui-components";

/** The sign of Claude in menus, toolbars and tabs; the panel draws the same one (view/icons.tsx). */
export const claudeIcon = new LabIcon({
  name: "jupyter-claude-workspace:spark",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><path class="jp-icon3 jp-icon-selectable" fill="#616161" ' +
    'd="M7.2 1h1.6v4.6H7.2zm0 9.4h1.6V15H7.2zM1 7.2h4.6v1.6H1zm9.4 0H15v1.6h-4.6zM2.8 4l1.1-1.1 3 3L5.8 7zm6.3 6.2 1.1-1.1 3 3-1.1 1.1z' +
    'm2.9-7.3L13.2 4l-3 3-1.1-1.1zM5.8 9l1.1 1.2-3 3L2.8 12z"/></svg>',
});
