import { LabIcon } from "@jupyterlab/ui-components";

/** Claude's sign in a window. */
export const dashboardIcon = new LabIcon({
  name: "jupyter-claude-workspace:dashboard",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><path class="jp-icon3 jp-icon-selectable" fill="#616161" fill-rule="evenodd" ' +
    'd="M1 3.2A1.7 1.7 0 0 1 2.7 1.5h10.6A1.7 1.7 0 0 1 15 3.2v9.6a1.7 1.7 0 0 1-1.7 1.7H2.7A1.7 1.7 0 0 1 1 12.8zm1.4 0v9.6c0 .2.1.3.3.3h10.6c.2 0 ' +
    '.3-.1.3-.3V3.2c0-.2-.1-.3-.3-.3H2.7c-.2 0-.3.1-.3.3zM7.4 4.2h1.2v2.3H7.4zm0 5.3h1.2v2.3H7.4zM4.2 7.4h2.3v1.2H4.2zm5.3 0h2.3v1.2H9.5z' +
    'M5 5.8 5.8 5l1.6 1.6-.8.8zm3.6 3.6.8-.8L11 10.2l-.8.8zm1.6-4.4.8.8-1.6 1.6-.8-.8zM6.6 8.6l.8.8L5.8 11 5 10.2z"/></svg>',
});
