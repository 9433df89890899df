import type { Question } from "../../protocol/frames.gen";
import type { Reply, Session } from "../../session";
import { type Deciding, type Decision, decidingOf } from "../../view/notebook/review/deciding";

/** A question and the answer to it, as all its marks in the page share them. */
export class Verdict {
  readonly deciding: Deciding;

  constructor(
    readonly session: Session,
    readonly question: Question,
  ) {
    const { ask } = question;
    this.deciding = decidingOf(question.question, ask.kind === "cells" ? ask.changes : []);
  }

  /** How many parts it has. */
  get count(): number {
    const { ask } = this.question;
    return ask.kind === "cells" ? ask.changes.length : ask.kind === "run" ? ask.cells.length : 0;
  }

  /** Decide about all that is not decided, and send it. */
  rest(decision: Decision): void {
    this.send(this.deciding.reply(decision));
  }

  /** Send it where everything is decided. */
  decided(): void {
    if (this.deciding.complete) {
      this.rest({ accept: true });
    }
  }

  send(reply: Reply): void {
    const refused = this.session.store.state.outgoing.find(({ frame }) => frame.type === "answer" && frame.question === this.question.question);
    if (refused) {
      this.session.forget(refused.frame.id ?? "");
    }
    this.session.answer(this.question, reply);
  }
}
