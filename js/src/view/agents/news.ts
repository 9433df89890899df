import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Field } from "../../state/drafting";
import { useSession } from "../hooks";
import { agents as strings } from "../strings/agents";

const FLASH_MS = 2_500;

/** What Claude has just changed in the draft: the fields for a moment, and the words for who listens. */
export function useNews(told: () => void): { flash: readonly Field[]; words: string } {
  const { store } = useSession();
  const [flash, setFlash] = useState<readonly Field[]>([]);
  const [words, setWords] = useState("");
  const latest = useRef(told);
  latest.current = told;
  useLayoutEffect(() => {
    let seen = store.state.drafting.edits;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const { edits, news } = store.state.drafting;
      if (edits === seen) {
        return;
      }
      seen = edits;
      setFlash((before) => [...new Set([...before, ...news])]);
      setWords(strings.changed(news.map((field) => strings.fields[field]).join(", ")));
      latest.current();
      clearTimeout(timer);
      timer = setTimeout(() => setFlash([]), FLASH_MS);
    };
    const unsubscribe = store.subscribe(look);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store]);
  return { flash, words };
}
