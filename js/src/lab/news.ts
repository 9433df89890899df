import type { Event } from "@jupyterlab/services";
import type { SessionContext } from "../rest";
import type { SessionState } from "../state/conversation";

const SCHEMA = "https://events.jupyter.org/jupyter_claude_workspace/session/v1";

/** That something changed in a session; what was said in it is not in there. */
export interface News {
  session_id: string;
  notebook: string;
  context: SessionContext;
  state: SessionState;
  questions: number;
  change: "created" | "changed" | "ended";
}

/** Calls `reader` with the news of all sessions of the server, over Jupyter's own event bus; returns how to stop it. */
export function onNews(events: Event.IManager, reader: (news: News) => void): () => void {
  const read = (_sender: unknown, emission: Event.Emission) => {
    if (emission.schema_id === SCHEMA) {
      reader(emission as unknown as News);
    }
  };
  events.stream.connect(read);
  return () => events.stream.disconnect(read);
}
