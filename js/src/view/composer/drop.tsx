import type { JSX, RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import { composerStrings as strings } from "../strings/composer";

/** Makes the whole panel a place to drop files; shows that it is one while files are dragged over it. */
export function DropTarget({ inside, take }: { inside: RefObject<HTMLElement | null>; take(files: File[]): void }): JSX.Element | null {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useLayoutEffect(() => {
    const panel = inside.current?.closest<HTMLElement>("[data-jcw=panel]");
    if (!panel) {
      return;
    }
    let depth = 0; // each element inside sends its own enter and leave
    const handlers = {
      dragenter: () => {
        depth += 1;
        setOver(true);
      },
      dragover: () => {},
      dragleave: () => {
        depth -= 1;
        setOver(depth > 0);
      },
      drop: (event: DragEvent) => {
        depth = 0;
        setOver(false);
        latest.current([...(event.dataTransfer?.files ?? [])]);
      },
    };
    const handle = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files")) {
        event.preventDefault();
        event.stopPropagation(); // else the page around would take the files as well, or open them
        handlers[event.type as keyof typeof handlers](event);
      }
    };
    const types = Object.keys(handlers) as (keyof typeof handlers)[];
    for (const type of types) {
      panel.addEventListener(type, handle);
    }
    return () => {
      for (const type of types) {
        panel.removeEventListener(type, handle);
      }
    };
  }, [inside]);
  if (!over) {
    return null;
  }
  return (
    <div class="jcw-drop" data-jcw="drop">
      <Icon name="attach" />
      {strings.dropHere}
    </div>
  );
}
