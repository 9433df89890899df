import type { JSX } from "preact";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { useSelect, useSession } from "../hooks";
import { memo } from "../memo";
import { useReading } from "../reading";
import { TurnView } from "../turn";

/** The shown turns: those near the view, and empty space in place of the others. */
export const Turns = memo((): JSX.Element => {
  const { store } = useSession();
  const { viewport } = useReading();
  const path = useSelect((state) => state.path);
  const [, again] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => viewport.subscribe(() => again(undefined)), [viewport]);
  const parts: JSX.Element[] = [];
  let next = 0;
  const skipTo = (place: number) => {
    if (place > next) {
      parts.push(<div key={`space:${parts.length === 0 ? "above" : place}`} class="jcw-space" style={{ height: `${viewport.heightOf(next, place)}px` }} />);
    }
  };
  for (const place of viewport.draw()) {
    skipTo(place);
    const index = path[place] as number;
    const id = store.state.turns[index]?.id ?? "";
    parts.push(<Slot key={id} id={id} index={index} />);
    next = place + 1;
  }
  skipTo(path.length);
  return <>{parts}</>;
});

const Slot = memo(({ id, index }: { id: string; index: number }): JSX.Element => {
  const { viewport } = useReading();
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => viewport.watch(element.current as HTMLDivElement, id), [viewport, id]);
  return (
    <div class="jcw-slot" ref={element}>
      <TurnView index={index} />
    </div>
  );
});
