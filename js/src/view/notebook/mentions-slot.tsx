import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useRest, useSelect, useSession } from "../hooks";
import { usePart } from "../use-part";

/** A place in the composer for what goes along of the notebook; empty until the part that draws it is there. */
export function MentionsSlot({ piece }: { piece: "mentions" | "currentCell" }): JSX.Element | null {
  const part = usePart("notebook");
  const session = useSession();
  const rest = useRest();
  const element = useRef<HTMLDivElement>(null);
  const useful = useSelect((state) => state.context !== "agent-create");
  useLayoutEffect(() => {
    if (useful && part && rest && element.current) {
      return part[piece](element.current, { session, rest });
    }
  }, [part, piece, session, rest, useful]);
  return useful ? <div ref={element} class={`jcw-${piece}`} /> : null;
}
