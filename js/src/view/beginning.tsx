import type { JSX } from "preact";
import { AgentsSlot } from "./agents/slot";
import { toComposer } from "./focus";
import { useSelect, useSession } from "./hooks";
import { strings } from "./strings";
import { agents } from "./strings/agents-brief";

/** What an empty conversation says, and how it may begin. */
export function Beginning(): JSX.Element {
  const making = useSelect((state) => state.context === "agent-create");
  const notebook = useSelect((state) => state.notebook);
  const demo = useSelect((state) => state.demo);
  const agent = useSelect((state) => state.settings?.agent ?? null);
  if (making) {
    return <Interview />;
  }
  return (
    <>
      <div class="jcw-empty-title">{strings.emptyTitle}</div>
      <div class="jcw-dim">{strings.emptyText(notebook)}</div>
      {agent ? <AgentsSlot piece="starters" class="jcw-starters" /> : notebook && <Examples texts={demo ? strings.demoExamples : strings.examples} />}
    </>
  );
}

/** How the making of an agent begins, or its change. */
function Interview(): JSX.Element {
  const written = useSelect((state) => Boolean(state.drafting.fields.prompt));
  return (
    <>
      <div class="jcw-empty-title">{written ? agents.editTitle : agents.interviewTitle}</div>
      <div class="jcw-dim">{agents.interviewText}</div>
      {!written && <Examples texts={agents.interviewExamples} />}
    </>
  );
}

/** Prompts to begin with. */
function Examples({ texts }: { texts: readonly string[] }): JSX.Element {
  const session = useSession();
  // The buttons go with the first prompt, and the focus must not go with them.
  const begin = (button: Element, text: string) => {
    toComposer(button);
    session.prompt(text);
  };
  return (
    <div class="jcw-examples" data-jcw="examples">
      {texts.map((text) => (
        <button key={text} type="button" class="jcw-button" onClick={({ currentTarget }) => begin(currentTarget, text)}>
          {text}
        </button>
      ))}
    </div>
  );
}
