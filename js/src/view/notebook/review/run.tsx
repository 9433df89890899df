import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunAsk } from "../../../protocol/frames.gen";
import { AnswerButton, Frame } from "../../question/frame";
import { ruleText } from "../../question/rule";
import { Words } from "../../question/words";
import { strings as common } from "../../strings";
import { questionStrings } from "../../strings/question";
import { reviewStrings as strings } from "../../strings/review";
import { duration } from "../../time";
import { Code } from "../../tool/code";
import { hides, Visible } from "../../visible";
import { CellName } from "../cell-name";
import type { Asked } from "../slot";

/** May this run in the person's kernel, or this be done to it? All of it is shown. */
export function RunQuestion({ question, ask, sent, reply }: Asked & { ask: RunAsk }): JSX.Element {
  const [words, setWords] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const edited = code !== null && code !== ask.code;
  const empty = code !== null && code.trim() === "";
  const deny = () => reply({ decision: "deny", message: words.trim() });
  const rules = edited ? [] : ask.rules; // they were made for what was asked
  const runs = ask.what === "cells" || ask.what === "scratch";
  return (
    <Frame
      id={question.question}
      icon={runs ? "terminal" : "shield"}
      title={<Visible text={strings.title(ask.title)} />}
      buttons={
        <>
          <AnswerButton hook="allow" digit={1} primary disabled={sent || empty} press={() => reply({ decision: "allow", ...(edited && { input: { code } }) })}>
            {edited ? strings.runEdited : deed(ask)}
          </AnswerButton>
          {rules.map((rule, index) => (
            <AnswerButton key={ruleText(rule)} hook="allow-session" digit={2 + index} disabled={sent} press={() => reply({ decision: "allow_session", rule })}>
              {strings.alwaysRun}
            </AnswerButton>
          ))}
          <AnswerButton hook="deny" digit={2 + rules.length} disabled={sent} press={deny}>
            {runs ? strings.dontRun : strings.dont}
          </AnswerButton>
        </>
      }
    >
      <div class="jcw-question-scope" role="group" aria-label={common.permissionScope}>
        {ask.cells.map((cell) => (
          <div key={cell.cell} class="jcw-run-cell" data-jcw="run-cell" data-cell={cell.cell}>
            <div class="jcw-label">
              <CellName cell={cell.cell} name={strings.cellAt(cell.number ?? null)} />
              {typeof cell.last_ms === "number" && <span data-jcw="last-took"> · {strings.lastTook(duration(cell.last_ms))}</span>}
            </div>
            <Code text={cell.source} language="python" />
          </div>
        ))}
        {ask.code && code === null && <Code text={ask.code} language="python" />}
      </div>
      {[ask.code, ...ask.cells.map(({ source }) => source)].some(hides) && <p class="jcw-warning">{questionStrings.marked}</p>}
      {ask.what === "scratch" && <Edit code={code} original={ask.code} disabled={sent} change={setCode} />}
      <Words label={common.denyWords} value={words} change={setWords} disabled={sent} submit={deny} />
    </Frame>
  );
}

function deed({ what, cells }: RunAsk): string {
  return what === "restart" || what === "interrupt" ? strings[what] : strings.run(cells.length);
}

function Edit({ code, original, disabled, change }: { code: string | null; original: string; disabled: boolean; change(code: string | null): void }): JSX.Element {
  if (code === null) {
    return (
      <button type="button" class="jcw-link jcw-edit" data-jcw="edit-input" disabled={disabled} onClick={() => change(original)}>
        {strings.editCode}
      </button>
    );
  }
  return (
    <div class="jcw-editing">
      <textarea
        class="jcw-input jcw-edit-text"
        data-jcw="edit-text"
        aria-label={strings.code}
        rows={Math.min(12, Math.max(2, code.split("\n").length))}
        spellcheck={false}
        disabled={disabled}
        value={code}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {hides(code) && <Code text={code} />}
      <button type="button" class="jcw-link" data-jcw="edit-undo" disabled={disabled} onClick={() => change(null)}>
        {questionStrings.keepOriginal}
      </button>
    </div>
  );
}
