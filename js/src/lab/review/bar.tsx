import type { JSX } from "preact";
import { useArmed, useStore } from "../../view/hooks";
import { Icon } from "../../view/icons";
import { useReviewTexts } from "../../view/notebook/review/texts";
import type { LabTexts } from "../texts";
import { useOutgoing } from "./in-cell";
import type { Verdict } from "./verdict";

interface BarProps {
  verdict: Verdict;
  /** Which of its parts was gone to last. */
  at: number;
  texts: LabTexts;
  step(by: number): void;
}

/** Below the notebook: how much is proposed, the way to each part, and all of it at once. */
export function Bar({ verdict, at, texts, step }: BarProps): JSX.Element {
  const strings = useReviewTexts();
  const { question, deciding, count } = verdict;
  useStore(deciding.store, (state) => state);
  const armed = useArmed(question.question);
  const outgoing = useOutgoing(verdict);
  const sent = outgoing !== null && outgoing.problem === null;
  const runs = question.ask.kind === "run";
  const allow = () => armed() && (runs ? verdict.send({ decision: "allow" }) : verdict.rest({ accept: true }));
  const deny = () => armed() && (runs ? verdict.send({ decision: "deny" }) : verdict.rest({ accept: false }));
  const open = deciding.open;
  return (
    <section class="jcw-panel jcw-review-bar" data-jcw="review-bar" data-lm-suppress-shortcuts="true" aria-label={texts.proposals}>
      <span class="jcw-review-count" role="status">
        {runs ? texts.wantsToRun(count) : texts.proposes(count)}
      </span>
      {count > 1 && (
        <span class="jcw-review-steps">
          <button type="button" class="jcw-plain" data-jcw="previous-proposal" aria-label={texts.previousProposal} title={`${texts.previousProposal} (Alt+Shift+U)`} onClick={() => step(-1)}>
            <Icon name="up" />
          </button>
          <span class="jcw-dim">{texts.place(at + 1, count)}</span>
          <button type="button" class="jcw-plain" data-jcw="next-proposal" aria-label={texts.nextProposal} title={`${texts.nextProposal} (Alt+Shift+J)`} onClick={() => step(1)}>
            <Icon name="down" />
          </button>
        </span>
      )}
      {count === 1 && (
        <button type="button" class="jcw-link" data-jcw="next-proposal" onClick={() => step(0)}>
          {texts.showProposal}
        </button>
      )}
      <button type="button" class="jcw-button jcw-primary jcw-small" data-jcw="accept-all" disabled={sent} onClick={allow}>
        {runs ? strings.run(count) : open === 0 ? strings.send : strings.acceptAll(open, count)}
      </button>
      {(runs || open > 0) && (
        <button type="button" class="jcw-button jcw-small" data-jcw="reject-all" disabled={sent} onClick={deny}>
          {runs ? strings.dontRun : strings.rejectAll(open, count)}
        </button>
      )}
    </section>
  );
}
