import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Imported } from "../../agents";
import { useStore } from "../../view/hooks";
import { Icon } from "../../view/icons";
import { useAgentList } from "./agent-list";
import { AgentRow } from "./agent-row";
import { useAround } from "./around";
import { fileName } from "./grouping";
import { ImportCard } from "./import";
import { type Outcome, wordsOf } from "./outcome";
import { useRoving } from "./rove";

const MOST_BYTES = 1 << 20;

/** The agents next to the notebook in front. */
export function Agents(): JSX.Element {
  const { notebook, newAgent, strings } = useAround();
  const path = useStore(notebook, (now) => now);
  const { agents, list, state, problem, again } = useAgentList();
  const [outcome, tell] = useState<Outcome | null>(null);
  const [imported, setImported] = useState<Imported | null>(null);
  const { list: root, ...moves } = useRoving<HTMLUListElement>();
  const read = async (file: File) => {
    if (agents === null || file.size > MOST_BYTES) {
      tell({ kind: "problem", text: strings.tooLarge });
      return;
    }
    try {
      setImported(await agents.import(file.name, await file.text()));
      tell(null);
    } catch (error) {
      setImported(null);
      tell({ kind: "problem", text: wordsOf(error) });
    }
  };
  return (
    <div class="jcw-dash-part" data-jcw="dash-agents" data-loaded={state}>
      <header class="jcw-dash-head">
        <h2>{strings.agents}</h2>
        {path && (
          <span class="jcw-dim jcw-dash-name" title={path}>
            {strings.agentsNextTo(fileName(path))}
          </span>
        )}
      </header>
      {agents === null ? (
        <p class="jcw-dash-note">{strings.agentsNeedNotebook}</p>
      ) : (
        <>
          <div class="jcw-dash-tools">
            <button type="button" class="jcw-button" data-jcw="dash-new-agent" onClick={() => newAgent()}>
              <Icon name="plus" /> {strings.newAgent}
            </button>
            <ImportButton read={(file) => void read(file)} />
          </div>
          {outcome && <Said outcome={outcome} dismiss={() => tell(null)} />}
          {imported && (
            <ImportCard
              key={imported.agent.name}
              imported={imported}
              agents={agents}
              done={(said) => {
                setImported(null);
                tell(said);
                void again();
              }}
            />
          )}
          {problem && (
            <p class="jcw-dash-note jcw-problem" role="alert">
              {problem}
            </p>
          )}
          <ul ref={root} {...moves} aria-label={strings.agents}>
            {list.map((resource) => (
              <AgentRow key={resource.path} resource={resource} agents={agents} again={again} tell={tell} />
            ))}
          </ul>
          <p class="jcw-dash-note" role="status">
            {state === "loading" && list.length === 0 && strings.loading}
            {state === "there" && list.length === 0 && strings.noAgents}
          </p>
        </>
      )}
    </div>
  );
}

function ImportButton({ read }: { read(file: File): void }): JSX.Element {
  const { strings } = useAround();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="jcw-button" data-jcw="dash-import" onClick={() => picker.current?.click()}>
        {strings.importIt}
      </button>
      <input
        ref={picker}
        type="file"
        hidden
        accept=".md,.json"
        data-jcw="dash-import-file"
        aria-label={strings.importIt}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) {
            read(file);
          }
          currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
    </>
  );
}

function Said({ outcome, dismiss }: { outcome: Outcome; dismiss(): void }): JSX.Element {
  const { strings } = useAround();
  const { kind, text, more = [] } = outcome;
  const root = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each outcome is to be seen, wherever the act was
  useLayoutEffect(() => root.current?.scrollIntoView?.({ block: "nearest" }), [outcome]);
  return (
    <div
      ref={root}
      class={`jcw-dash-said ${kind === "problem" ? "jcw-problem" : ""}`}
      role={kind === "problem" ? "alert" : "status"}
      data-jcw="dash-said"
      data-kind={kind}
    >
      <Icon name={kind === "problem" ? "alert" : "check"} />
      <div class="jcw-dash-words">
        {text}
        {more.length > 0 && (
          <ul>
            {more.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </div>
      <button type="button" class="jcw-plain" aria-label={strings.dismiss} title={strings.dismiss} onClick={dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
