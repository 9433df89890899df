import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { askHost } from "../../host";
import { useSelect } from "../hooks";
import { cellStrings as strings } from "../strings/cells";
import { Visible } from "../visible";

const ID = /^[\w-]{1,64}$/; // code that is in no cell has none

interface CellNameProps {
  cell: string;
  /** What it is called now; else it is shown by its id. */
  name?: string;
  /** Whether the notebook has it. */
  there?: boolean;
}

/** A cell by its name; on a page that has the notebook, also the way to it. */
export function CellName({ cell, name = "", there = true }: CellNameProps): JSX.Element {
  const element = useRef<HTMLElement>(null);
  const notebook = useSelect((state) => state.notebook);
  const [leads, setLeads] = useState(false);
  const [gone, setGone] = useState(false);
  useLayoutEffect(() => {
    setLeads(ID.test(cell) && element.current !== null && askHost(element.current, "reveal-cell", null));
  }, [cell]);
  const shown = name || (
    <code>
      <Visible text={cell} />
    </code>
  );
  if (!leads || !there) {
    return (
      <span ref={element} class={name ? "" : "jcw-dim"}>
        {shown}
      </span>
    );
  }
  const found = (was: boolean) => setGone(!was);
  const go = (event: Event) => askHost(event.currentTarget as Element, "reveal-cell", { notebook, cell, found });
  return (
    <button type="button" class="jcw-link" data-jcw="go-to-cell" disabled={gone} title={gone ? strings.noSuchCell : strings.goTo} onClick={go}>
      {shown}
    </button>
  );
}
