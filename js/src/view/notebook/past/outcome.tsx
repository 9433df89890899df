import type { JSX } from "preact";
import { past as strings } from "../../strings/past";
import { Visible } from "../../visible";
import type { Outcome } from "./api";

/** The cells that were left as they are, and why. */
export function LeftCells({ outcome }: { outcome: Outcome }): JSX.Element | null {
  const { left } = outcome;
  if (left.length === 0) {
    return null;
  }
  return (
    <div class="jcw-left" data-jcw="left" role="status">
      {strings.left(left.length)}
      <ul>
        {left.map(({ cell, place, line, why }) => (
          <li key={cell}>
            <Visible text={strings.cell(place, line)} /> <span class="jcw-dim">({strings.why[why]})</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
