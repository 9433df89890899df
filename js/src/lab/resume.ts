import { Rest, RestError } from "../rest";
import { findServer } from "../server";
import { Channel } from "../socket/channel";
import { mountPanel } from "../view/mount";
import { notebookStrings } from "../view/strings/notebook";

const NOT_FOUND = 404;

/** The server behind this page; null where there is none. */
export function restOfPage(): Rest | null {
  const server = findServer(document, location.href);
  return server && new Rest(server);
}

/**
 * Open a conversation that a notebook kept, without a kernel.
 *
 * @param notebook the path of the notebook that kept it; a conversation of another notebook is not opened here
 * @returns how to put its panel into an element, which returns how to take it away; or why it cannot be opened, for people
 */
export async function resume(rest: Rest, session: string, notebook: string): Promise<((element: HTMLElement) => () => void) | string> {
  try {
    const found = await rest.session(session);
    if (found.notebook !== notebook) {
      return notebookStrings.elsewhere(found.notebook);
    }
  } catch (error) {
    if (error instanceof RestError && error.status === NOT_FOUND) {
      return notebookStrings.gone;
    }
    return notebookStrings.notReached(error instanceof Error ? error.message : String(error));
  }
  const open = () => Promise.resolve(session);
  return (element) => mountPanel(element, { connect: (events) => new Channel({ rest, open }, events), rest });
}
