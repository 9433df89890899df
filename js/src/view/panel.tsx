import type { JSX } from "preact";
import { Announcer } from "./announcer";
import { BackgroundTasks } from "./background";
import { Composer } from "./composer";
import { Conversation } from "./conversation";
import { Header } from "./header";
import { Settings } from "./header/settings";
import { useSelect, useSession } from "./hooks";
import { Notices } from "./notices";
import { Questions } from "./question/questions";
import { Queue } from "./queue";
import { ReadingContext, useNewReading } from "./reading";
import { strings } from "./strings";
import { Todo } from "./todo";

/** The whole panel. */
export function Panel({ fill }: { fill: boolean }): JSX.Element {
  const state = useSelect((now) => now.state);
  const link = useSelect((now) => now.link.kind);
  const reading = useNewReading(useSession().store);
  // Lumino takes keys in the capture phase: without this attribute Shift+Enter in the composer would run the cell.
  return (
    <ReadingContext.Provider value={reading}>
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
          <BackgroundTasks />
          <Queue />
          <Composer />
          <Settings />
        </div>
        <Announcer />
      </section>
    </ReadingContext.Provider>
  );
}
