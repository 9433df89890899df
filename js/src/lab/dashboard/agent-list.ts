import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { type AgentResource, Agents } from "../../agents";
import { useStore } from "../../view/hooks";
import { useAround } from "./around";

const POLL_MS = 30_000; // an editor, Git or Claude may write a file, which nobody tells us

/** The agents next to the notebook in front. */
export interface AgentList {
  /** Null where no notebook is in front. */
  agents: Agents | null;
  list: readonly AgentResource[];
  state: "loading" | "there" | "failed";
  problem: string;
  /** Ask the server again. Resolves with what is there now. */
  again(): Promise<readonly AgentResource[]>;
}

interface Held {
  notebook: string;
  list: readonly AgentResource[];
  state: AgentList["state"];
  problem: string;
}

/** Keeps the list while somebody looks: asks when the notebook is another one, and when a file may be another one. */
export function useAgentList(): AgentList {
  const { rest, notebook, files, shown } = useAround();
  const path = useStore(notebook, (now) => now);
  const changes = useStore(files, (now) => now);
  const visible = useStore(shown, (now) => now);
  const agents = useMemo(() => (path ? new Agents(rest, path) : null), [rest, path]);
  const [held, setHeld] = useState<Held>({ notebook: "", list: [], state: "loading", problem: "" });
  const load = useCallback(
    async (signal?: AbortSignal): Promise<readonly AgentResource[]> => {
      try {
        const list = agents === null ? [] : (await agents.list(signal)).sort(byName);
        setHeld({ notebook: path, list, state: "there", problem: "" });
        return list;
      } catch (error) {
        if (!signal?.aborted) {
          const problem = error instanceof Error ? error.message : String(error);
          setHeld((now) => ({ notebook: path, list: now.notebook === path ? now.list : [], state: "failed", problem }));
        }
        return [];
      }
    },
    [agents, path],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a file that changed is the reason to ask again
  useEffect(() => {
    if (!visible) {
      return;
    }
    const control = new AbortController();
    void load(control.signal);
    const poll = setInterval(() => void load(control.signal), POLL_MS);
    return () => {
      clearInterval(poll);
      control.abort();
    };
  }, [load, visible, changes]);
  const fitting: Held = held.notebook === path ? held : { notebook: path, list: [], state: "loading", problem: "" };
  return { agents, list: fitting.list, state: fitting.state, problem: fitting.problem, again: load };
}

function byName(one: AgentResource, other: AgentResource): number {
  return one.name.localeCompare(other.name);
}
