import type { ComponentChildren, JSX } from "preact";
import { useErrorBoundary, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Session } from "../session";
import type { Turn } from "../state/conversation";
import { reduce } from "../state/reduce";
import { SessionContext } from "../view/hooks";
import { Icon } from "../view/icons";
import { Items } from "../view/items";
import { PromptBubble } from "../view/prompt-bubble";
import { ReadingContext, useNewReading } from "../view/reading";
import { strings } from "../view/strings";
import { notebookStrings } from "../view/strings/notebook";
import type { Excerpt } from "./excerpt";

interface KeptProps {
  excerpt: Excerpt;
  /** Address of the whole conversation; empty where there is none. */
  whole: string;
  /** Opens the conversation itself; answers why it cannot be. null: there is no way to it. */
  onContinue: (() => Promise<string>) | null;
}

/** What a notebook kept of a conversation, as the panel would show it, to be read only. */
export function Kept({ excerpt, whole, onContinue }: KeptProps): JSX.Element {
  return (
    <section class="jcw-panel jcw-kept" data-lm-suppress-shortcuts="true" data-jcw="transcript" aria-label={notebookStrings.keptRegion}>
      <Guarded>
        <Turns excerpt={excerpt} whole={whole} />
      </Guarded>
      <Foot title={excerpt.title} onContinue={onContinue} />
    </section>
  );
}

/** The notebook may come from anybody: what cannot be drawn must not take the rest of the page along. */
function Guarded({ children }: { children: ComponentChildren }): JSX.Element {
  const [error] = useErrorBoundary();
  return <div class="jcw-kept-body">{error ? <p class="jcw-kept-note">{notebookStrings.broken}</p> : children}</div>;
}

function Turns({ excerpt, whole }: { excerpt: Excerpt; whole: string }): JSX.Element {
  const session = useMemo(() => sessionOf(excerpt), [excerpt]);
  const reading = useNewReading(session.store);
  const viewport = useRef<HTMLDivElement>(null);
  const { turns, path } = session.store.state;
  useLayoutEffect(() => {
    const box = viewport.current as HTMLDivElement;
    box.scrollTop = box.scrollHeight; // the end is what one comes back to
    return () => session.dispose();
  }, [session]);
  return (
    <SessionContext.Provider value={session}>
      <ReadingContext.Provider value={reading}>
        <div class="jcw-kept-view" ref={viewport} tabIndex={0} role="group" aria-label={strings.conversation}>
          <Notes excerpt={excerpt} whole={whole} />
          {path.map((index) => turns[index] && <KeptTurn key={index} turn={turns[index]} />)}
        </div>
      </ReadingContext.Provider>
    </SessionContext.Provider>
  );
}

function Notes({ excerpt, whole }: { excerpt: Excerpt; whole: string }): JSX.Element | null {
  if (!excerpt.readable) {
    return <p class="jcw-kept-note">{notebookStrings.newer}</p>;
  }
  if (excerpt.leftOut > 0) {
    return (
      <p class="jcw-kept-note" data-jcw="left-out">
        {notebookStrings.leftOut(excerpt.leftOut)}{" "}
        {whole && (
          <a href={whole} target="_blank" rel="noopener noreferrer">
            {notebookStrings.whole}
          </a>
        )}
      </p>
    );
  }
  return excerpt.frames.length === 0 ? <p class="jcw-kept-note">{notebookStrings.nothing}</p> : null;
}

function KeptTurn({ turn }: { turn: Turn }): JSX.Element {
  const { origin, end } = turn;
  const badly = end !== null && end.why !== "completed" ? end.why : null;
  return (
    <article class="jcw-turn" data-jcw="turn" data-end={end?.why ?? "running"}>
      {origin.kind === "prompt" ? (
        <PromptBubble text={turn.text} attachments={turn.attachments} mentions={turn.mentions} user={origin.user ?? ""} />
      ) : (
        <div class="jcw-origin">{origin.kind === "task" ? strings.originTask : strings.originOther}</div>
      )}
      <Items items={turn.items} over />
      {badly && (
        <div class="jcw-ending" data-jcw="ending" data-why={badly}>
          <Icon name={badly === "interrupted" ? "stop" : "alert"} />
          <div class="jcw-ending-text">{end?.problem?.text || strings[badly]}</div>
        </div>
      )}
    </article>
  );
}

function Foot({ title, onContinue }: { title: string; onContinue: (() => Promise<string>) | null }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const press = async () => {
    setBusy(true);
    setProblem((await onContinue?.()) ?? "");
    setBusy(false);
  };
  return (
    <div class="jcw-kept-foot">
      <span class="jcw-dim jcw-kept-title" title={title}>
        {problem ? "" : notebookStrings.kept}
      </span>
      {problem && (
        <span class="jcw-kept-problem" role="alert" data-jcw="not-continued">
          {problem}
        </span>
      )}
      {onContinue !== null && !problem && (
        <button type="button" class="jcw-button" data-jcw="continue" disabled={busy} onClick={() => void press()}>
          {busy ? notebookStrings.resuming : notebookStrings.resume}
        </button>
      )}
    </div>
  );
}

/** The conversation as the panel would hold it, with no way to anybody. */
function sessionOf(excerpt: Excerpt): Session {
  const session = new Session(() => ({ send: () => false, retry: () => {}, dispose: () => {} }));
  const now = Date.now();
  session.store.update((state) => excerpt.frames.reduce((folded, frame) => reduce(folded, frame, now), state));
  return session;
}
