import type { JSX } from "preact";
import { lastOf, siblings } from "../../state/branches";
import type { Turn } from "../../state/conversation";
import { useSelect, useSession } from "../hooks";
import { branching } from "../strings/branching";
import { Act } from "./act";
import { backReason } from "./reason";

/** Which of the branches that begin here is shown, and the way to the others. Nothing where there is only one. */
export function Branches({ turn }: { turn: Turn }): JSX.Element | null {
  const session = useSession();
  const branches = useSelect((state) => siblings(state, turn));
  const blocked = useSelect(backReason);
  const at = branches.indexOf(turn.id);
  if (branches.length < 2) {
    return null;
  }
  const show = async (id: string, button: HTMLElement) => {
    const panel = button.closest<HTMLElement>("[data-jcw=panel]");
    const hook = button.dataset["jcw"] ?? "";
    if (await session.rewind(lastOf(session.store.state, id))) {
      setTimeout(() => panel && toSwitch(panel, id, hook)); // when it is drawn
    }
  };
  const step = (to: number, label: string, hook: string) => {
    const id = branches[to];
    const reason = id === undefined ? branching.noBranch : blocked;
    return <Act hook={hook} icon="chevron" label={label} blocked={reason} done={(button) => void (id !== undefined && show(id, button))} />;
  };
  return (
    <span class="jcw-branches" data-jcw="branches" role="group" aria-label={branching.branches}>
      {step(at - 1, branching.earlier, "branch-before")}
      <span class="jcw-tabular" title={branching.branchIs(at + 1, branches.length)}>
        {branching.branchOf(at + 1, branches.length)}
      </span>
      {step(at + 1, branching.later, "branch-after")}
    </span>
  );
}

/** The switch goes with its branch: the focus follows to the one that came in its place. */
function toSwitch(panel: HTMLElement, id: string, hook: string): void {
  const turn = [...panel.querySelectorAll<HTMLElement>("[data-jcw=turn]")].find((one) => one.dataset["turn"] === id);
  if (document.activeElement === document.body) {
    turn?.querySelector<HTMLElement>(`[data-jcw="${hook}"]`)?.focus();
  }
}
