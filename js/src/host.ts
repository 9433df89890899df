/** The cell that the person is in, and what they have selected in it. */
export interface Here {
  readonly cell: string;
  /** What the cell is called. */
  readonly label: string;
  /** Empty where nothing is selected. */
  readonly selection: string;
  /** Whether it failed when it last ran. */
  readonly failed: boolean;
}

/** What a panel may ask of the page that it is on; JupyterLab's plugin of this package answers, other pages do not. */
export interface HostRequests {
  /** Put code into a new cell below the one that shows the panel. */
  "insert-cell": { code: string; language: string };
  /** Say where in this notebook the person is, now and whenever that changes, until the signal; null: it is not open here. */
  here: { notebook: string; signal: AbortSignal; tell(here: Here | null): void };
  /** Show a cell of this notebook, which is opened where it is not; `found` is told whether it has that cell. */
  "reveal-cell": { notebook: string; cell: string; found(there: boolean): void };
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
