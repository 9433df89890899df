import type { JSX } from "preact";
import { Icon } from "../view/icons";
import { pageStrings as strings } from "../view/strings/page";
import { Visible } from "../view/visible";

interface BarProps {
  notebook: string;
  /** What a notebook's path is put behind to open it; null where the server has nothing that opens one. */
  notebooks: string | null;
}

/** Above the panel: which notebook this belongs to, and the way to everything else. */
export function Bar({ notebook, notebooks }: BarProps): JSX.Element {
  const name = (
    <>
      <Icon name="notebook" />
      <span class="jcw-pagebar-name">
        <Visible text={notebook} />
      </span>
    </>
  );
  return (
    <nav class="jcw-pagebar" aria-label={strings.where} data-jcw="bar">
      {notebooks === null ? (
        <span class="jcw-pagebar-notebook" data-jcw="notebook">
          {name}
        </span>
      ) : (
        <a class="jcw-pagebar-notebook" data-jcw="notebook" href={notebookUrl(notebooks, notebook)} title={strings.openNotebook(notebook)}>
          {name}
        </a>
      )}
      <a class="jcw-pagebar-all" data-jcw="all" href={location.pathname} title={strings.all}>
        <Icon name="list" />
        <span>{strings.all}</span>
      </a>
    </nav>
  );
}

/** Where a notebook is opened. */
export function notebookUrl(notebooks: string, notebook: string): string {
  return notebooks + notebook.split("/").map(encodeURIComponent).join("/");
}
