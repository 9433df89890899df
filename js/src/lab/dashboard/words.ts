import type { TranslationBundle } from "@jupyterlab/translation";

/** The texts that are needed before the dashboard is opened. */
export type Words = ReturnType<typeof wordsIn>;

export function wordsIn(trans: TranslationBundle) {
  return {
    title: trans.__("Claude: sessions and agents"),
    /** What the sidebar's tab says when it is pointed at. */
    caption: (questions: number) =>
      questions === 0
        ? trans.__("Claude: sessions and agents")
        : trans._n("Claude: %1 question waits for you", "Claude: %1 questions wait for you", questions),
    show: trans.__("Show Claude's Sessions and Agents"),
    category: trans.__("Claude"),
    untitled: trans.__("Claude"),
    asks: trans.__("Claude asks you something."),
    done: trans.__("Claude is done."),
    failed: trans.__("Claude stopped working."),
    notLoaded: trans.__("The dashboard could not be loaded. Reload the page."),
  };
}
