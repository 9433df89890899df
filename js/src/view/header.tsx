import type { JSX } from "preact";
import { Conversations } from "./conversations/menu";
import { NewConversation } from "./conversations/new";
import { Title } from "./conversations/title";
import { FindButton } from "./find/bar";
import { Condition } from "./header/condition";
import { Popup } from "./header/popup";
import { useSelect } from "./hooks";
import { Icon } from "./icons";
import { PastSlot } from "./notebook/past-slot";
import { strings } from "./strings";
import { notebook } from "./strings/notebook-brief";

/** Which conversation this is, how it is, and the way to the others. */
export function Header(): JSX.Element {
  const demo = useSelect((state) => state.demo);
  const hosted = useSelect((state) => state.context !== "agent-create");
  const privacy = useSelect((state) => (state.settings?.sealed ? "sealed" : `shows-${state.settings?.privacy}`));
  const kept = useSelect((state) => state.context !== "agent-create" && state.turns.length > 0);
  return (
    <header class="jcw-header">
      <Conversations />
      <Title />
      {demo && (
        <span class="jcw-badge" data-jcw="demo" title={strings.demoTitle}>
          <span class="jcw-wide">{strings.demo}</span>
          <span class="jcw-narrow">{strings.demoShort}</span>
        </span>
      )}
      <Condition />
      {kept && (
        <Popup hook="timeline" label={notebook.timeline} button={<Icon name="timeline" />}>
          {() => <PastSlot piece="timeline" />}
        </Popup>
      )}
      {hosted && (
        <Popup hook="sent" label={notebook.sent} fact={privacy} button={<Icon name="shield" />}>
          {() => <PastSlot piece="sent" />}
        </Popup>
      )}
      <FindButton />
      <NewConversation />
    </header>
  );
}
