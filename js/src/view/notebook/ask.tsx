import type { JSX } from "preact";
import type { CellsAsk, RunAsk } from "../../protocol/frames.gen";
import { AnswerButton, Frame } from "../question/frame";
import { strings } from "../strings";
import { Visible } from "../visible";
import { drawInto, type Host } from "./host";
import type { Asked } from "./slot";

/** A question about the notebook, in an element of the panel; returns how to take it away again. */
export function mountAsk(element: HTMLElement, host: Host, asked: Asked): () => void {
  return drawInto(element, host, <Ask {...asked} />);
}

function Ask({ question, sent, reply }: Asked): JSX.Element {
  const ask = question.ask as CellsAsk | RunAsk;
  return (
    <Frame
      id={question.question}
      icon="list"
      title={<Visible text={ask.title} />}
      buttons={
        <>
          <AnswerButton hook="allow" digit={1} primary disabled={sent} press={() => reply({ decision: "allow" })}>
            {strings.allowOnce}
          </AnswerButton>
          <AnswerButton hook="deny" digit={2} disabled={sent} press={() => reply({ decision: "deny" })}>
            {strings.deny}
          </AnswerButton>
        </>
      }
    >
      {ask.kind === "cells" ? ask.changes.map(({ cell, source }) => <pre key={cell}>{source}</pre>) : <pre>{ask.code}</pre>}
    </Frame>
  );
}
