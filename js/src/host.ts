/** What a panel may ask of the page that it is on; JupyterLab's plugin of this package answers, other pages do not. */
export interface HostRequests {
  /** Put code into a new cell below the one that shows the panel. */
  "insert-cell": { code: string; language: string };
  /** Keep the transcript in the notebook. */
  transcript: { session: string; markdown: string; data: unknown };
}

/**
 * Ask the page around `element`.
 *
 * @param detail null only asks whether it could.
 * @returns whether there is somebody who does it.
 */
export function askHost<Name extends keyof HostRequests>(element: Element, name: Name, detail: HostRequests[Name] | null): boolean {
  const event = new CustomEvent(`jcw:${name}`, { bubbles: true, cancelable: true, composed: true, detail });
  element.dispatchEvent(event);
  return event.defaultPrevented;
}
