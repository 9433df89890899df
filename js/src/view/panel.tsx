import type { JSX } from "preact";
import { AgentsSlot } from "./agents/slot";
import { Announcer } from "./announcer";
import { BackgroundTasks } from "./background";
import { Composer } from "./composer";
import { Conversation } from "./conversation";
import { Header } from "./header";
import { Settings } from "./header/settings";
import { useRest, useSelect, useSession } from "./hooks";
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
  const rest = useRest();
  const making = useSelect((now) => now.context === "agent-create") && rest !== null;
  const review = useSelect((now) => now.review !== null);
  const reading = useNewReading(useSession().store);
  // Lumino takes keys in the capture phase: without this attribute Shift+Enter in the composer would run the cell.
  return (
    <ReadingContext.Provider value={reading}>
      {making && <div class="jcw-panel jcw-bench-bar" data-lm-suppress-shortcuts="true" />}
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
          {review && <AgentsSlot piece="review" class="jcw-questions" />}
          <Todo />
          <BackgroundTasks />
          <Queue />
          <Composer />
          <Settings />
        </div>
        <Announcer />
      </section>
      {making && (
        <div class="jcw-panel jcw-bench" data-jcw="bench" data-lm-suppress-shortcuts="true">
          <AgentsSlot piece="bench" class="jcw-bench-inside" />
        </div>
      )}
    </ReadingContext.Provider>
  );
}
