import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { AgentConflict, AgentResource, Agents, Imported } from "../../agents";
import { RestError } from "../../rest";
import { Visible } from "../../view/visible";
import { useAround } from "./around";
import { type Outcome, wordsOf } from "./outcome";

interface ImportProps {
  imported: Imported;
  agents: Agents;
  /** Saved, or given up (null). */
  done(outcome: Outcome | null): void;
}

/** What was read from a file, before it is saved: what it is, what could not be carried over, and under which name. */
export function ImportCard({ imported: { agent, lost }, agents, done }: ImportProps): JSX.Element {
  const { strings } = useAround();
  const [name, setName] = useState(agent.name);
  const [problem, setProblem] = useState("");
  const [taken, setTaken] = useState<AgentResource | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const save = async (etag: string | null) => {
    try {
      await agents.put({ ...agent, name: name.trim() }, etag);
      done({ kind: "done", text: strings.saved(name.trim()) });
    } catch (error) {
      const theirs = error instanceof RestError && error.status === 409 ? (error.details as unknown as AgentConflict).theirs : null;
      setTaken(theirs);
      setProblem(theirs ? strings.taken(theirs.name) : wordsOf(error));
      field.current?.focus();
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void save(null);
  };
  return (
    <form class="jcw-dash-form jcw-dash-import" data-jcw="dash-import-card" onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && done(null)}>
      <strong>{strings.importTitle(agent.name)}</strong>
      <span class="jcw-dim">
        <Visible text={agent.description} />
      </span>
      <span>{lost.length > 0 ? strings.lost : strings.lostNothing}</span>
      {lost.length > 0 && (
        <ul data-jcw="dash-lost">
          {lost.map((line) => (
            <li key={line}>
              <Visible text={line} />
            </li>
          ))}
        </ul>
      )}
      <label>
        {strings.nameLabel}
        <input
          ref={field}
          class="jcw-line-input"
          data-jcw="dash-name"
          required
          maxLength={64}
          spellcheck={false}
          autocomplete="off"
          value={name}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setTaken(null);
            setProblem("");
          }}
        />
      </label>
      {problem && (
        <p class="jcw-problem" role="alert" data-jcw="dash-import-problem">
          {problem}
        </p>
      )}
      <span class="jcw-dash-buttons">
        {taken === null ? (
          <button type="submit" class="jcw-button jcw-primary" data-jcw="dash-import-save">
            {strings.save}
          </button>
        ) : (
          <button type="button" class="jcw-button jcw-danger" data-jcw="dash-import-replace" onClick={() => void save(taken.etag)}>
            {strings.replace(taken.name)}
          </button>
        )}
        <button type="button" class="jcw-button" onClick={() => done(null)}>
          {strings.cancel}
        </button>
      </span>
    </form>
  );
}
