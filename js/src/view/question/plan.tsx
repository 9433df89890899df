import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PlanAsk } from "../../protocol/frames.gen";
import { useSession } from "../hooks";
import { Icon } from "../icons";
import { strings } from "../strings";
import { questionStrings } from "../strings/question";
import { type Comment, revision } from "./comments";
import { AnswerButton, Frame } from "./frame";
import { PlanText } from "./plan-text";
import type { AskProps } from "./questions";
import { Words } from "./words";

/** Claude presents a plan: approve it, comment on parts of it, or say what should change. */
export function Plan({ ask, sent, reply, question }: AskProps<PlanAsk>): JSX.Element {
  const { prefix } = useSession();
  const [words, setWords] = useState("");
  const [comments, setComments] = useState<readonly Comment[]>([]);
  const count = comments.filter((comment) => comment.words.trim()).length;
  const refuse = () => reply({ decision: "deny", message: revision(comments, words) });
  const add = (quote: string) => setComments((now) => (now.some((comment) => comment.quote === quote) ? now : [...now, { id: nextId(now), quote, words: "" }]));
  const change = (id: number, said: string) => setComments((now) => now.map((comment) => (comment.id === id ? { ...comment, words: said } : comment)));
  const remove = (id: number) => setComments((now) => now.filter((comment) => comment.id !== id));
  const approve = (
    <AnswerButton hook="allow" digit={count > 0 ? 2 : 1} primary={count === 0} disabled={sent} press={() => reply({ decision: "allow" })}>
      {count > 0 ? questionStrings.approveAnyway : questionStrings.approve}
    </AnswerButton>
  );
  return (
    <Frame
      id={question.question}
      icon="list"
      title={strings.planTitle}
      buttons={
        <>
          {count === 0 && approve}
          <AnswerButton hook="deny" digit={count > 0 ? 1 : 2} primary={count > 0} disabled={sent} press={refuse}>
            {count > 0 ? questionStrings.revise(count) : strings.keepPlanning}
          </AnswerButton>
          {count > 0 && approve}
        </>
      }
    >
      <PlanText text={ask.plan} labelledBy={`${prefix}-title-${question.question}`} disabled={sent} marked={comments.map(({ quote }) => quote)} comment={add} />
      {comments.map((comment) => (
        <CommentField key={comment.id} comment={comment} disabled={sent} change={(said) => change(comment.id, said)} remove={() => remove(comment.id)} />
      ))}
      <Words label={strings.planWords} value={words} change={setWords} disabled={sent} submit={refuse} />
    </Frame>
  );
}

function nextId(comments: readonly Comment[]): number {
  return Math.max(0, ...comments.map(({ id }) => id)) + 1;
}

interface CommentProps {
  comment: Comment;
  disabled: boolean;
  change(words: string): void;
  remove(): void;
}

/** One part of the plan and what the person has to say about it; goes away by itself where nothing was said. */
function CommentField({ comment, disabled, change, remove }: CommentProps): JSX.Element {
  const field = useRef<HTMLDivElement>(null);
  const back = () => field.current?.closest("[data-jcw=question]")?.querySelector<HTMLElement>("[data-jcw=plan]")?.focus();
  useLayoutEffect(() => {
    field.current?.querySelector("input")?.focus();
  }, []);
  return (
    <div class="jcw-comment" data-jcw="comment" ref={field} onFocusOut={() => !comment.words.trim() && remove()}>
      <Icon name="comment" />
      <div class="jcw-comment-words">
        <blockquote title={comment.quote}>{comment.quote}</blockquote>
        <Words label={questionStrings.comment} value={comment.words} disabled={disabled} change={change} submit={back} />
      </div>
      <button type="button" class="jcw-plain" aria-label={questionStrings.removeComment} title={questionStrings.removeComment} onClick={remove}>
        <Icon name="close" />
      </button>
    </div>
  );
}
