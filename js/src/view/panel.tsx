import type { JSX } from "preact";
import { Announcer } from "./announcer";
import { Composer } from "./composer";
import { Conversation } from "./conversation";
import { Header } from "./header";
import { useSelect } from "./hooks";
import { Notices } from "./notices";
import { Questions } from "./question/questions";
import { Queue } from "./queue";
import { strings } from "./strings";
import { Todo } from "./todo";

/** The whole panel. */
export function Panel({ fill }: { fill: boolean }): JSX.Element {
  const state = useSelect((now) => now.state);
  const link = useSelect((now) => now.link.kind);
  // Lumino takes keys in the capture phase: without this attribute Shift+Enter in the composer would run the cell.
  return (
    <section
      class={`jcw-panel ${fill ? "jcw-fill" : ""}`}
      data-lm-suppress-shortcuts="true"
      data-jcw="panel"
      data-state={state}
      data-link={link}
      aria-label={strings.panel}
    >
      <Header />
      <Conversation />
      <div class="jcw-foot">
        <Notices />
        <Questions />
        <Todo />
        <Queue />
        <Composer />
      </div>
      <Announcer />
    </section>
  );
}
