import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CellsAsk } from "../../../protocol/frames.gen";
import { useStore } from "../../hooks";
import { AnswerButton, Frame } from "../../question/frame";
import { ruleText } from "../../question/rule";
import { Words } from "../../question/words";
import { strings as common } from "../../strings";
import { reviewStrings as strings } from "../../strings/review";
import { Visible } from "../../visible";
import type { Asked } from "../slot";
import { OneChange } from "./change";
import { decidingOf } from "./deciding";

/** May the notebook be changed like this? Change by change, or all at once. */
export function CellsQuestion({ question, ask, sent, reply }: Asked & { ask: CellsAsk }): JSX.Element {
  const deciding = decidingOf(question.question, ask.changes);
  useStore(deciding.store, (state) => state);
  const [words, setWords] = useState("");
  const all = ask.changes.length;
  const send = () => reply(deciding.reply({ accept: true }));
  const rejectRest = () => {
    const message = words.trim();
    reply({ ...deciding.reply({ accept: false, message: all === 1 ? message : "" }), ...(message && { message }) });
  };
  const rest = deciding.open;
  const rules = deciding.rejects ? [] : ask.rules;
  const always = (rule: CellsAsk["rules"][number]) => reply({ ...deciding.reply({ accept: true }), decision: "allow_session", rule });
  return (
    <Frame
      id={question.question}
      icon="notebook"
      title={<Visible text={strings.title(ask.title)} />}
      buttons={
        <>
          <AnswerButton hook="allow" digit={1} primary disabled={sent} press={send}>
            {rest === 0 ? strings.send : strings.acceptAll(rest, all)}
          </AnswerButton>
          {rest > 0 && (
            <AnswerButton hook="deny" digit={2} disabled={sent} press={rejectRest}>
              {strings.rejectAll(rest, all)} {words.trim() && strings.withWords}
            </AnswerButton>
          )}
          {rules.map((rule, index) => (
            <AnswerButton key={ruleText(rule)} hook="allow-session" digit={(rest > 0 ? 3 : 2) + index} disabled={sent} press={() => always(rule)}>
              {strings.always}
            </AnswerButton>
          ))}
        </>
      }
    >
      <div class="jcw-changes" role="group" aria-label={common.permissionScope}>
        {ask.changes.map((change, index) => (
          <OneChange
            key={`${change.action} ${change.cell}`}
            deciding={deciding}
            index={index}
            sent={sent}
            alone={all === 1}
            armed={() => true}
            decided={() => deciding.complete && send()}
          />
        ))}
      </div>
      {rest > 0 && !someAccepted(deciding) && <Words label={common.denyWords} value={words} change={setWords} disabled={sent} submit={rejectRest} />}
    </Frame>
  );
}

/** Words for all go with a denial of all; else each rejection has its own. */
function someAccepted({ store }: ReturnType<typeof decidingOf>): boolean {
  return [...store.state.decisions.values()].some(({ accept }) => accept);
}
