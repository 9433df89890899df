import type { JSX } from "preact";
import { Conversations } from "./conversations/menu";
import { NewConversation } from "./conversations/new";
import { Title } from "./conversations/title";
import { FindButton } from "./find/bar";
import { Condition } from "./header/condition";
import { useSelect } from "./hooks";
import { strings } from "./strings";

/** Which conversation this is, how it is, and the way to the others. */
export function Header(): JSX.Element {
  const demo = useSelect((state) => state.demo);
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
      <FindButton />
      <NewConversation />
    </header>
  );
}
