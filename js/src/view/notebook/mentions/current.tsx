import type { JSX } from "preact";
import { useSession, useStore } from "../../hooks";
import { Icon } from "../../icons";
import { mentionStrings as strings } from "../../strings/mentions";
import { drawInto, type Host } from "../host";
import { goesAlong, hereOf, letGoAlong } from "./here";

/** A switch for letting the cell go along that the person is in; only where the page knows of one. */
export function mountCurrentCell(element: HTMLElement, host: Host): () => void {
  return drawInto(element, host, <CurrentCell />);
}

function CurrentCell(): JSX.Element | null {
  const here = useStore(hereOf(useSession()), (state) => state);
  const on = useStore(goesAlong, (state) => state);
  if (here === undefined) {
    return null;
  }
  const title = !on ? strings.currentOff : here === null ? strings.currentNowhere : strings.currentOn(here.label);
  return (
    <button type="button" class="jcw-plain jcw-current" data-jcw="current-cell" aria-pressed={on} aria-label={title} title={title} onClick={() => letGoAlong(!on)}>
      <Icon name="notebook" />
    </button>
  );
}
