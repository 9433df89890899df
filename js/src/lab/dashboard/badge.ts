import type { Title, Widget } from "@lumino/widgets";
import type { SessionResource } from "../../rest";
import type { Words } from "./words";

const MOST = 99;

/** How many questions wait for an answer. */
export function openQuestions(sessions: readonly SessionResource[]): number {
  return sessions.reduce((sum, session) => sum + session.questions, 0);
}

/** A count where there is little room for it. */
export function shortCount(count: number): string {
  return count > MOST ? `${MOST}+` : String(count);
}

/** Show a count of questions on the sidebar's tab. */
export function markTab(title: Pick<Title<Widget>, "dataset" | "caption">, questions: number, words: Words): void {
  const { "jcw-questions": _, ...others } = title.dataset;
  title.dataset = questions === 0 ? others : { ...others, "jcw-questions": shortCount(questions) };
  title.caption = words.caption(questions);
}

/** Puts a count before the page's title, which belongs to somebody else who may change it at any time. */
export class PageTitle {
  #mark = "";
  readonly #observer = new MutationObserver(() => this.#put());

  constructor(readonly page: Document) {
    this.#observer.observe(page.head, { childList: true, subtree: true, characterData: true });
  }

  show(count: number): void {
    const bare = this.#bare();
    this.#mark = count === 0 ? "" : `(${shortCount(count)}) `;
    this.#write(this.#mark + bare);
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#write(this.#bare());
  }

  #put(): void {
    if (this.#mark !== "" && !this.page.title.startsWith(this.#mark)) {
      this.#write(this.#mark + this.page.title);
    }
  }

  #bare(): string {
    const { title } = this.page;
    return this.#mark !== "" && title.startsWith(this.#mark.trim()) ? title.slice(this.#mark.length) : title;
  }

  #write(title: string): void {
    if (this.page.title !== title) {
      this.page.title = title;
    }
  }
}
