import type { JSX } from "preact";
import { Icon, type IconName } from "../icons";

interface ActProps {
  hook: string;
  icon: IconName;
  label: string;
  /** Why it cannot be done now; null where it can. */
  blocked: string | null;
  class?: string;
  done: (button: HTMLElement) => void;
}

/** A button for something that is not always possible. It can be reached then too, and says why. */
export function Act({ hook, icon, label, blocked, class: extra = "", done }: ActProps): JSX.Element {
  const words = blocked === null ? label : `${label}: ${blocked}`;
  return (
    <button
      type="button"
      class={`jcw-plain ${extra}`}
      data-jcw={hook}
      aria-disabled={blocked !== null}
      aria-label={words}
      title={words}
      onClick={(event) => blocked === null && done(event.currentTarget)}
    >
      <Icon name={icon} />
    </button>
  );
}
