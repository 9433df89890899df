import { Widget } from "@lumino/widgets";
import { claudeIcon } from "../icon";
import type { LabTexts } from "../texts";

export type Stage = "failed" | "asked" | "changed";

interface Acts {
  fix(): void;
  run(): void;
}

/** Below the output of a cell that failed: have it repaired, and run it again once something changed. */
export class FixBar extends Widget {
  readonly #texts: LabTexts;
  readonly #fix = document.createElement("button");
  readonly #run = document.createElement("button");

  constructor(texts: LabTexts, { fix, run }: Acts) {
    super();
    this.#texts = texts;
    this.addClass("jcw-fix");
    this.node.dataset["jcw"] = "fix-bar";
    this.#run.append(texts.runAgain);
    this.#run.title = texts.runAgainCaption;
    for (const [button, hook, act] of [[this.#run, "run-again", run], [this.#fix, "fix-error", fix]] as const) {
      button.type = "button";
      button.className = "jcw-fix-button";
      button.dataset["jcw"] = hook;
      button.addEventListener("click", act);
      this.node.append(button);
    }
  }

  draw(stage: Stage): void {
    const { fixError, fixAgain, fixErrorCaption } = this.#texts;
    this.node.dataset["stage"] = stage;
    this.#run.hidden = stage !== "changed";
    this.#fix.title = fixErrorCaption;
    this.#fix.replaceChildren(claudeIcon.element({ elementSize: "normal", tag: "span" }), stage === "failed" ? fixError : fixAgain);
  }
}
