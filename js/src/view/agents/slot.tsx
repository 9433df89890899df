import { createContext, type JSX } from "preact";
import { useContext, useLayoutEffect, useRef } from "preact/hooks";
import { useRest, useSession } from "../hooks";
import type { MountOptions } from "../mount";
import { agents as strings } from "../strings/agents-brief";
import { useSwitcher } from "../conversations/switcher";
import { usePart } from "../use-part";

/** Mounts another panel. A context, because what mounts panels cannot be imported by what is in them. */
export const MountContext = createContext<((element: HTMLElement, options: MountOptions) => () => void) | null>(null);

interface SlotProps {
  piece: "picker" | "review" | "starters" | "bench";
  /** Called when it is done with. */
  done?: () => void;
  class?: string;
  /** Whether to say that it is loading. */
  waits?: boolean;
}

/** A place for something of the part that holds the agents; empty until the part is there. */
export function AgentsSlot({ piece, done, class: extra = "", waits = false }: SlotProps): JSX.Element | null {
  const part = usePart("agents");
  const session = useSession();
  const rest = useRest();
  const switcher = useSwitcher();
  const mountPanel = useContext(MountContext);
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(done);
  latest.current = done;
  const there = part !== null;
  useLayoutEffect(() => {
    if (part && rest && mountPanel && element.current) {
      return part[piece](element.current, { session, rest, switcher, mountPanel }, () => latest.current?.());
    }
  }, [part, piece, session, rest, switcher, mountPanel]);
  if (rest === null) {
    return null;
  }
  return there ? (
    <div key="there" class={extra} ref={element} data-jcw={`agents-${piece}`} />
  ) : waits ? (
    <p key="wait" class="jcw-popup-note">
      {strings.loading}
    </p>
  ) : null;
}
