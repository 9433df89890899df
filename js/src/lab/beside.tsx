import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useStore } from "../view/hooks";
import { Icon, Spinner } from "../view/icons";
import type { Desk, View } from "./desk";
import type { LabTexts } from "./texts";

export interface BesideProps {
  desk: Desk;
  texts: LabTexts;
  /** Name of the notebook in front, where what is shown belongs to another one or to one behind. */
  elsewhere(view: View): Elsewhere | null;
  /** Throws where it cannot be done. */
  start(): Promise<unknown>;
  newAgent(): void;
}

/** A notebook that is not in front. */
export interface Elsewhere {
  notebook: string;
  about: string;
  /** What the person may do about it. */
  acts: { hook: string; label: string; act(): void }[];
}

/** What the sidebar shows around its panels: whose conversation it is, or why there is none. */
export function Beside({ desk, texts, elsewhere, start, newAgent }: BesideProps): JSX.Element {
  const view = useStore(desk.view, (state) => state);
  const other = elsewhere(view);
  return (
    <>
      {other && (
        <div class="jcw-panel jcw-side-strip" data-jcw="elsewhere">
          <Icon name="notebook" />
          <span class="jcw-side-name" title={other.notebook}>
            {other.about}
          </span>
          {other.acts.map(({ hook, label, act }) => (
            <button key={hook} type="button" class="jcw-link" data-jcw={hook} onClick={act}>
              {label}
            </button>
          ))}
        </div>
      )}
      {view.kind !== "seat" && (
        <section class="jcw-panel jcw-fill jcw-side-blank" data-jcw="blank" data-kind={view.kind} data-lm-suppress-shortcuts="true" aria-label={texts.claude}>
          <div class="jcw-empty">{<Blank view={view} desk={desk} texts={texts} start={start} newAgent={newAgent} />}</div>
        </section>
      )}
    </>
  );
}

type BlankProps = Omit<BesideProps, "elsewhere"> & { view: Exclude<View, { kind: "seat" }> };

function Blank({ view, desk, texts, start, newAgent }: BlankProps): JSX.Element {
  switch (view.kind) {
    case "none":
      return (
        <>
          <Icon name="notebook" />
          <div class="jcw-empty-title">{texts.noNotebook}</div>
          <div class="jcw-dim">{texts.noNotebookText}</div>
        </>
      );
    case "looking":
      return (
        <div class="jcw-dim">
          <Spinner /> {texts.looking}
        </div>
      );
    case "problem":
      return (
        <div role="alert" class="jcw-side-words">
          <div class="jcw-empty-title">{texts.problem}</div>
          <div>{view.text}</div>
          {view.remedy && <div class="jcw-dim">{view.remedy}</div>}
          <button type="button" class="jcw-button" data-jcw="look-again" onClick={() => void desk.look()}>
            {texts.again}
          </button>
        </div>
      );
    case "blank":
      return <Start notebook={view.notebook} texts={texts} start={start} newAgent={newAgent} />;
  }
}

function Start({ notebook, texts, start, newAgent }: Pick<BesideProps, "texts" | "start" | "newAgent"> & { notebook: string }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const press = () => {
    setBusy(true);
    setProblem("");
    start()
      .catch((error: Error) => setProblem(error.message))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Icon name="spark" />
      <div class="jcw-empty-title">{texts.blank(nameOf(notebook))}</div>
      <div class="jcw-dim">{texts.blankText}</div>
      <div class="jcw-side-acts">
        <button type="button" class="jcw-button jcw-primary" data-jcw="start" disabled={busy} onClick={press}>
          {busy ? texts.starting : texts.start}
        </button>
        <button type="button" class="jcw-link" data-jcw="start-agent" onClick={newAgent}>
          {texts.agent}
        </button>
      </div>
      {problem && (
        <div class="jcw-side-problem" role="alert" data-jcw="not-started">
          {problem}
        </div>
      )}
    </>
  );
}

/** The file's name in a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
