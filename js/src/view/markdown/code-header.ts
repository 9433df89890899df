import { askHost } from "../../host";
import { readingStrings as strings } from "../strings/reading";
import { copy } from "./copy";

const SAID_MS = 1500;

/** What stands in such blocks was not written to be run. */
const NOT_CODE: ReadonlySet<string> = new Set(["text", "txt", "plaintext", "output", "console", "diff"]);

/** What stands above a code block: its language, and what can be done with it. */
export class CodeHeader {
  readonly element = document.createElement("div");
  private readonly insert: HTMLButtonElement;

  /**
   * @param block where the header is; also asks the page around it
   * @param text the code
   */
  constructor(
    private readonly block: HTMLElement,
    private readonly language: string,
    text: () => string,
  ) {
    const name = document.createElement("span");
    name.className = "jcw-md-code-language";
    name.textContent = language;
    this.insert = actionButton(strings.insert, strings.insertCell, () => {
      const done = askHost(block, "insert-cell", { code: text().replace(/\n$/, ""), language });
      return done ? [strings.inserted, strings.cellInserted] : [strings.notInserted, strings.notInserted];
    });
    this.insert.hidden = true;
    this.insert.dataset["jcw"] = "code-insert";
    const copyButton = actionButton(strings.copy, strings.copyCode, async () =>
      (await copy(text())) ? [strings.copied, strings.codeCopied] : [strings.notCopied, strings.notCopiedWhy],
    );
    copyButton.dataset["jcw"] = "code-copy";
    this.element.className = "jcw-md-code-header";
    this.element.append(name, wrapButton(block), this.insert, copyButton);
    // Only once the block is on the page, and maybe the page learns it later than that.
    this.element.addEventListener("pointerenter", () => this.offerInsert());
    this.element.addEventListener("focusin", () => this.offerInsert());
  }

  /** Show "insert" where the page around can do it. */
  offerInsert(): void {
    if (this.insert.hidden && !NOT_CODE.has(this.language)) this.insert.hidden = !askHost(this.block, "insert-cell", null);
  }
}

type Said = [word: string, label: string];

/** A button that does something and says for a moment how that went. */
function actionButton(word: string, label: string, act: () => Said | Promise<Said>): HTMLButtonElement {
  const button = headerButton(word, label);
  let back: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener("click", async () => {
    say(button, await act());
    clearTimeout(back);
    back = setTimeout(() => say(button, [word, label]), SAID_MS);
  });
  return button;
}

function wrapButton(block: HTMLElement): HTMLButtonElement {
  const button = headerButton(strings.wrap, strings.wrapLines);
  button.dataset["jcw"] = "code-wrap";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", `${block.classList.toggle("jcw-md-wrap")}`);
  });
  return button;
}

function headerButton(word: string, label: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jcw-md-button";
  say(button, [word, label]);
  return button;
}

function say(button: HTMLButtonElement, [word, label]: Said): void {
  button.textContent = word;
  button.setAttribute("aria-label", label);
  button.title = label;
}
