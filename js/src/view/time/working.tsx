import type { JSX } from "preact";
import type { Turn } from "../../state/conversation";
import { useLate } from "../header/condition";
import { useNow, useSelect } from "../hooks";
import { doing, doingLine } from "./doing";

/** A sign of life, and of what: at the end of the turn that runs. */
export function Working({ turn }: { turn: Turn }): JSX.Element | null {
  const state = useSelect((now) => now.state);
  const asked = useSelect((now) => now.questions.length > 0);
  const skew = useSelect((now) => now.skew);
  const now = useNow(true) - skew;
  const lost = useLate(useSelect((state) => state.link.kind !== "open"));
  if (lost) {
    return null; // nobody here knows
  }
  return (
    <div class="jcw-working" data-jcw="working">
      <span class={asked ? "jcw-dim" : "jcw-shimmer"}>{doingLine(doing(turn, state, asked), now)}</span>
    </div>
  );
}
