import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Link } from "../../socket/transport";
import type { SessionState } from "../../state/conversation";
import { useSelect } from "../hooks";
import { strings } from "../strings";

const CALM_MS = 800; // a reconnect that takes no longer is nobody's business

/** How the session is, or its connection. */
export function Condition(): JSX.Element {
  const link = useSelect((state) => state.link.kind);
  const state = useSelect((now) => now.state);
  const welcomed = useSelect((now) => now.welcomed);
  const late = useLate(link !== "open");
  const shown = link !== "open" && (late || !welcomed) ? link : state;
  return (
    <span class="jcw-condition" data-condition={shown} title={words(shown, welcomed)}>
      <span class="jcw-dot" aria-hidden="true" />
      <span class="jcw-condition-words">{words(shown, welcomed)}</span>
    </span>
  );
}

function words(shown: Link["kind"] | SessionState, welcomed: boolean): string {
  switch (shown) {
    case "opening":
    case "lost":
      return welcomed ? strings.reconnecting : strings.connecting;
    case "closed":
      return strings.offline;
    case "open":
      return strings.connecting;
    default:
      return strings.states[shown];
  }
}

/** True once `condition` has held for a moment. */
export function useLate(condition: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!condition) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), CALM_MS);
    return () => clearTimeout(timer);
  }, [condition]);
  return late;
}
