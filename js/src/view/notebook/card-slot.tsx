import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ToolItem } from "../../state/conversation";
import { useRest, useSession } from "../hooks";
import { useReading } from "../reading";
import { usePart } from "../use-part";
import { notebook as strings } from "../strings/notebook-brief";

/** What a tool of the notebook was called with and what came of it; drawn by a part that is fetched when it is needed. */
export function CardSlot({ item }: { item: ToolItem }): JSX.Element {
  const part = usePart("notebook");
  const session = useSession();
  const rest = useRest();
  const reading = useReading();
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (part && element.current) {
      return part.card(element.current, { session, rest }, reading, item);
    }
  }, [part, session, rest, reading, item]);
  return part ? <div key="there" ref={element} /> : <p key="wait">{strings.loading}</p>;
}
