import { readingStrings as strings } from "../strings/reading";

/** Code of more lines than this folds. */
const LONG_LINES = 30;

/** How many blocks are remembered as unfolded. */
const MOST_REMEMBERED = 500;

/** Blocks that somebody has read unfolded stay so when they are drawn again. */
const unfolded = new Set<string>();

/** Lets a long code block fold to its first lines. */
export class Fold {
  private readonly button = document.createElement("button");
  private text = "";
  private lines = 0;
  /** Somebody has folded or unfolded it. */
  private isChosen = false;

  constructor(
    private readonly block: HTMLElement,
    private readonly pre: HTMLElement,
  ) {
    this.button.type = "button";
    this.button.className = "jcw-md-fold";
    this.button.dataset["jcw"] = "code-fold";
    this.button.addEventListener("click", () => this.toggle());
    // Something that was searched for has been scrolled to.
    pre.addEventListener("scroll", () => pre.scrollTop > 0 && this.isFolded && this.toggle());
  }

  private get isFolded(): boolean {
    return this.block.classList.contains("jcw-md-folded");
  }

  /**
   * The code is now `text`. It folds by itself where it comes as a whole, never where somebody watched it being written.
   * @param complete nothing will be added to it.
   */
  update(text: string, complete: boolean): void {
    this.text = text;
    this.lines = text.split("\n").length - 1;
    const live = this.block.closest(".jcw-md-live") !== null;
    if (this.lines <= LONG_LINES || (live && !complete)) {
      this.block.classList.remove("jcw-md-folded");
      this.button.remove();
      return;
    }
    if (!this.isChosen && (complete || !this.button.parentElement)) {
      this.block.append(this.button);
      this.block.classList.toggle("jcw-md-folded", !live && !unfolded.has(keyOf(text)));
    }
    if (complete && !this.isFolded) remember(keyOf(text), true);
    this.label();
  }

  private toggle(): void {
    this.isChosen = true;
    const folded = this.block.classList.toggle("jcw-md-folded");
    remember(keyOf(this.text), !folded);
    this.label();
    if (folded) {
      this.pre.scrollTop = 0;
      this.block.scrollIntoView({ block: "nearest" });
    }
  }

  private label(): void {
    this.button.textContent = this.isFolded ? strings.showAll(this.lines) : strings.showLess;
    this.button.setAttribute("aria-expanded", `${!this.isFolded}`);
  }
}

function remember(key: string, isUnfolded: boolean): void {
  unfolded.delete(key);
  if (isUnfolded) unfolded.add(key);
  for (const oldest of unfolded) {
    if (unfolded.size <= MOST_REMEMBERED) break;
    unfolded.delete(oldest);
  }
}

/** Short, and another one for another text, as good as always. */
function keyOf(text: string): string {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return `${text.length} ${hash}`;
}
