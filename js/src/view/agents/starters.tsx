import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Agents } from "../../agents";
import { toComposer } from "../focus";
import { useLoaded } from "../header/offers";
import { useRest, useSelect, useSession } from "../hooks";
import { Visible } from "../visible";
import { drawInto, type Host } from "./host";
import { tried } from "./trial";

/** A place that the person is to fill in, such as [file] or <name>, or words that go on. */
const OPEN = /\[[^\]]+\]|<[^>]+>|\{[^}]+\}|(?:…|\.\.\.|:)\s*$/u;

/** Put what the chosen agent is for, and its first questions, into `element`; returns how to take it away again. */
export function mountStarters(element: HTMLElement, host: Host): () => void {
  return drawInto(element, host, <Starters element={element} />);
}

function Starters({ element }: { element: HTMLElement }): JSX.Element | null {
  const rest = useRest();
  const session = useSession();
  const notebook = useSelect((state) => state.notebook);
  const id = useSelect((state) => state.session);
  const name = useSelect((state) => (state.context === "workspace" ? (state.settings?.agent ?? "") : ""));
  const load = useMemo(
    () => (rest && name ? (signal: AbortSignal) => new Agents(rest, notebook).get(name, signal) : null),
    [rest, notebook, name],
  );
  const found = useLoaded(load);
  const agent = tried.get(id) ?? (found.kind === "there" && found.value.name === name ? found.value.agent : null);
  if (agent === null) {
    return null;
  }
  // What is whole is asked at once; what has to be filled in, or would overtake what is written, is only put there.
  const start = (text: string) => {
    const { draft } = session;
    toComposer(element);
    if (OPEN.test(text) || draft.store.state.text.trim()) {
      draft.putBefore(text, []);
    } else {
      session.prompt(text);
    }
  };
  return (
    <>
      <div class="jcw-dim jcw-starters-about">
        <Visible text={agent.description ?? ""} />
      </div>
      <div class="jcw-examples">
        {agent.starters?.map((text) => (
          <button key={text} type="button" class="jcw-button" data-jcw="starter" onClick={() => start(text)}>
            <Visible text={text} />
          </button>
        ))}
      </div>
    </>
  );
}
