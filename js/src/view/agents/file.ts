import { useEffect, useRef, useState } from "preact/hooks";
import { type AgentConflict, Agents, type AgentResource, saveDraft } from "../../agents";
import { useRest, useSelect, useSession } from "../hooks";
import { differences, draftOf, fieldsOf } from "./draft";
import { type Problem, problemIn, refusalIn } from "./refusal";
import { settled } from "./settled";

/** The file that the draft was saved to, and how to save it. */
export interface DraftFile {
  /** As it was when it was last seen; null: there is none yet. */
  saved: AgentResource | null;
  /** Whether the draft says something else than the file. */
  changed: boolean;
  busy: boolean;
  problem: Problem | null;
  /** What stood in the way of the last save. */
  conflict: AgentConflict | null;
  /** `over`: the file that may be replaced, where it is not the one that the draft came from. */
  save(over?: AgentResource | null): Promise<void>;
  /** Go on from this file, or without one, and leave the conflict. */
  settle(file: AgentResource | null): void;
}

/** Keeps the draft and its file together. */
export function useDraftFile(): DraftFile {
  const session = useSession();
  const rest = useRest();
  const drafting = useSelect((state) => state.drafting);
  const [saved, setSaved] = useSavedFile();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [conflict, setConflict] = useState<AgentConflict | null>(null);
  const fields = fieldsOf(drafting);
  const save = async (over: AgentResource | null = saved) => {
    if (!rest) {
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await settled(session);
      const { session: id, drafting: now } = session.store.state;
      const replaced = [over, now.saved].find((file) => file?.name === now.fields.name);
      setSaved(await saveDraft(rest, id, replaced?.etag ?? null));
      setConflict(null);
    } catch (error) {
      const met = conflictIn(error);
      setConflict(met);
      setProblem(met === null ? problemIn(error) : null);
    } finally {
      setBusy(false);
    }
  };
  const settle = (file: AgentResource | null) => {
    setSaved(file);
    setConflict(null);
  };
  const changed = !saved?.agent || differences(fields, saved.agent).length > 0;
  return { saved, changed, busy, problem, conflict, save, settle };
}

/** The file of the last save; of an agent that is edited, the one that it came from. */
function useSavedFile(): [AgentResource | null, (file: AgentResource | null) => void] {
  const session = useSession();
  const rest = useRest();
  const notebook = useSelect((state) => state.notebook);
  const told = useSelect((state) => state.drafting.saved);
  const drafted = useSelect((state) => state.drafting.fields.name) ?? "";
  const first = useRef("");
  first.current ||= drafted;
  const name = told?.name ?? first.current;
  const etag = told?.etag;
  const [file, setFile] = useState<AgentResource | null>(null);
  useEffect(() => {
    const control = new AbortController();
    const isIt = (found: AgentResource) =>
      etag ? found.etag === etag : found.agent !== null && differences(session.store.state.drafting.fields, found.agent).length === 0;
    if (rest && name) {
      // Where it is not found, the next save says what is in its way.
      const look = (found: AgentResource[]) => setFile(found.find((one) => one.name === name && isIt(one)) ?? null);
      new Agents(rest, notebook).list(control.signal).then(look, () => {});
    }
    return () => control.abort();
  }, [session, rest, notebook, name, etag]);
  return [file, setFile];
}

function conflictIn(error: unknown): AgentConflict | null {
  const refusal = refusalIn(error);
  return refusal?.problem.code === "agent_changed" ? ({ theirs: null, ...refusal.details } as unknown as AgentConflict) : null;
}

/** The agent in a file as fields of a draft; nothing where it cannot be read. */
export function fieldsIn(file: AgentResource | null) {
  return file?.agent ? draftOf(file.agent) : {};
}
