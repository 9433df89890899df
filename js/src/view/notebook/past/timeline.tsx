import type { JSX } from "preact";
import { useEffect, useMemo, useReducer, useState } from "preact/hooks";
import { useRest, useSelect, useSession } from "../../hooks";
import { ReadingContext, useNewReading } from "../../reading";
import { past as strings } from "../../strings/past";
import { drawInto, type Host } from "../host";
import { type Entry, Past } from "./api";
import { EntryRow } from "./entry";

/** The notebook as it was before each turn, to compare and to restore; returns how to take it away again. */
export function mountTimeline(element: HTMLElement, host: Host): () => void {
  return drawInto(element, host, <Timeline />);
}

function Timeline(): JSX.Element | null {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const reading = useNewReading(useSession().store);
  const { entries, problem, again } = useEntries();
  const [open, setOpen] = useState<number | null>(null);
  const past = useMemo(() => rest && new Past(rest, session), [rest, session]);
  if (past === null) {
    return null;
  }
  return (
    <ReadingContext.Provider value={reading}>
      <div class="jcw-timeline" data-jcw="timeline-list">
        <strong>{strings.timeline}</strong>
        <p class="jcw-dim">{entries?.length === 0 ? strings.nothing : strings.about}</p>
        {entries === null && !problem && <p class="jcw-dim">{strings.loading}</p>}
        {problem && (
          <p class="jcw-problem" role="alert">
            {problem}
          </p>
        )}
        <ol>
          {entries?.map((entry) => (
            <EntryRow
              key={entry.snapshot}
              entry={entry}
              past={past}
              open={open === entry.snapshot}
              toggle={() => setOpen(open === entry.snapshot ? null : entry.snapshot)}
              done={again}
            />
          ))}
        </ol>
      </div>
    </ReadingContext.Provider>
  );
}

/** What is kept, read again whenever a turn changed something or was undone. */
function useEntries(): { entries: Entry[] | null; problem: string; again(): void } {
  const rest = useRest();
  const session = useSelect((state) => state.session);
  const changes = useSelect((state) => state.changes);
  const [round, again] = useReducer((count: number) => count + 1, 0);
  const [entries, setEntries] = useState<Entry[] | null>(null);
  const [problem, setProblem] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: that something changed is the reason to ask again
  useEffect(() => {
    const control = new AbortController();
    const found = (kept: Entry[]) => {
      setEntries(kept);
      setProblem("");
    };
    if (rest) {
      const failed = (error: Error) => control.signal.aborted || setProblem(strings.failed(error.message));
      new Past(rest, session).entries(control.signal).then(found, failed);
    }
    return () => control.abort();
  }, [rest, session, changes, round]);
  return { entries, problem, again: () => again(undefined) };
}
