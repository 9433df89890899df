import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Question } from "../../protocol/frames.gen";
import type { Reply } from "../../session";
import { useRest, useSession } from "../hooks";
import { usePart } from "../use-part";
import { notebook as strings } from "../strings/notebook-brief";

/** A question about cells or about running them, and how it is answered. */
export interface Asked {
  question: Question;
  /** An answer is on its way. */
  sent: boolean;
  reply(reply: Reply): void;
}

/** A place for a question about the notebook, whose looks are in a part that is fetched when it is needed. */
export function AskSlot({ question, sent, reply }: Asked): JSX.Element {
  const part = usePart("notebook");
  const session = useSession();
  const rest = useRest();
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(reply);
  latest.current = reply;
  useLayoutEffect(() => {
    if (part && element.current) {
      return part.ask(element.current, { session, rest }, { question, sent, reply: (words) => latest.current(words) });
    }
  }, [part, session, rest, question, sent]);
  return part ? <div key="there" ref={element} /> : <p key="wait">{strings.loading}</p>;
}
