import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useRest, useSession } from "../hooks";
import { usePart } from "../use-part";

/** A place for something of the notebook's past, about a turn or a snapshot; empty until the part that draws it is there. */
export function PastSlot({ piece, of = "" }: { piece: "changed" | "timeline" | "lost" | "sent"; of?: string }): JSX.Element {
  const part = usePart("notebook");
  const session = useSession();
  const rest = useRest();
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (part && element.current) {
      return part[piece](element.current, { session, rest }, of);
    }
  }, [part, piece, session, rest, of]);
  return <div ref={element} class="jcw-past" />;
}
