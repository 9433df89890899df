import type { JSX } from "preact";
import { Popup } from "../header/popup";
import { useRest, useSelect } from "../hooks";
import { Icon } from "../icons";
import { agents as strings } from "../strings/agents-brief";
import { AgentsSlot } from "./slot";

/** As which agent the conversation runs. */
export function AgentPicker(): JSX.Element | null {
  const rest = useRest();
  const agent = useSelect((state) => state.settings?.agent ?? null);
  const wanted = useSelect((state) => state.context === "workspace" && state.notebook !== "");
  if (rest === null || !wanted) {
    return null;
  }
  const words = strings.agentIs(agent ?? strings.none);
  return (
    <Popup
      hook="agent"
      label={words}
      fact={agent ?? ""}
      button={
        <>
          <Icon name="agent" />
          <span class="jcw-opener-words">{agent ?? strings.agent}</span>
        </>
      }
    >
      {(close) => <AgentsSlot piece="picker" done={close} waits />}
    </Popup>
  );
}
