import type { ChoiceItem } from "../../protocol/frames.gen";

/** What is picked for one question: labels of options, and words of the person's own. */
export interface Picked {
  labels: readonly string[];
  words: string;
}

export const NOTHING: Picked = { labels: [], words: "" };

/** The text of an answer: labels in the order of the options, own words last; empty where nothing is picked. */
export function answerText(item: ChoiceItem, picked: Picked): string {
  const labels = item.options.map((option) => option.label).filter((label) => picked.labels.includes(label));
  return [...labels, picked.words.trim()].filter(Boolean).join(", ");
}

/** After a click on a label. Of one choice only one thing holds: a label, or the person's own words. */
export function toggled(item: ChoiceItem, picked: Picked, label: string): Picked {
  if (!item.multi_select) {
    return { labels: [label], words: "" };
  }
  const without = picked.labels.filter((other) => other !== label);
  return { ...picked, labels: without.length < picked.labels.length ? without : [...without, label] };
}

/** After words were written. */
export function worded(item: ChoiceItem, picked: Picked, words: string): Picked {
  return { labels: !item.multi_select && words.trim() ? [] : picked.labels, words };
}
