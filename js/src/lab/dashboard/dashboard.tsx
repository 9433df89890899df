import type { JSX } from "preact";
import { useStore } from "../../view/hooks";
import { Agents } from "./agents";
import { useAround } from "./around";
import { Sessions } from "./sessions";

/** All sessions of the server, and the agents next to the notebook in front. */
export function Dashboard(): JSX.Element {
  const { strings } = useAround();
  // Lumino takes keys in the capture phase: without this attribute Enter in a field would run a cell.
  return (
    <section class="jcw-panel jcw-fill jcw-dash" data-lm-suppress-shortcuts="true" data-jcw="dashboard" aria-label={strings.label}>
      <Sessions />
      <Agents />
    </section>
  );
}

/** Lets the browser tell what happens while the person is elsewhere. */
export function AlertsButton(): JSX.Element {
  const { alerts, strings } = useAround();
  const state = useStore(alerts.store, (now) => now);
  const fixed = state === "refused" || state === "impossible";
  return (
    <button
      type="button"
      class="jcw-plain jcw-dash-alerts"
      data-jcw="notify"
      data-state={state}
      aria-pressed={state === "on"}
      aria-disabled={fixed}
      title={strings.alertsTitle[state]}
      onClick={() => fixed || void alerts.toggle()}
    >
      <Bell />
      <span>{strings.alerts[state]}</span>
    </button>
  );
}

function Bell(): JSX.Element {
  return (
    <svg class="jcw-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3.5 11.5c1-1 1-2 1-4a3.5 3.5 0 0 1 7 0c0 2 0 3 1 4ZM6.5 13.5h3" />
    </svg>
  );
}
