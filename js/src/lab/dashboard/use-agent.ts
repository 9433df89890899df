import type { Problem } from "../../protocol/frames.gen";
import { type Rest, RestError } from "../../rest";
import { Channel } from "../../socket/channel";
import { Chosen } from "../chosen";

const PATIENCE_MS = 30_000;
const ID = "use-agent";
const NOT_FOUND = 404;

/** Id of the conversation that the person sees beside a notebook; else of its newest one, which is begun where there is none. */
export async function currentConversation(rest: Rest, notebook: string): Promise<string> {
  const chosen = new Chosen().of(notebook);
  const found = chosen === null ? null : await rest.session(chosen).catch(missing);
  return (found?.context === "workspace" ? found : await rest.openSession({ notebook })).session_id;
}

function missing(error: unknown): null {
  if (error instanceof RestError && error.status === NOT_FOUND) {
    return null;
  }
  throw error;
}

/**
 * Let a session run as an agent from now on.
 * @throws Error with the server's words, where it refuses or cannot be reached.
 */
export function runAs(rest: Rest, session: string, agent: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let head = Number.POSITIVE_INFINITY;
    const settle = (problem: Problem | null) => {
      clearTimeout(timer);
      channel.dispose();
      if (problem === null) {
        resolve();
      } else {
        reject(new Error(`${problem.text} ${problem.remedy}`.trim()));
      }
    };
    const timer = setTimeout(() => settle({ code: "unreachable", text: "The server does not answer.", remedy: "" }), PATIENCE_MS);
    const channel = new Channel(
      { rest, open: async () => session, wake: false },
      {
        onFrame: (frame) => {
          if (frame.type === "welcome") {
            head = frame.head;
          } else if (frame.type === "error" && frame.reply_to === ID) {
            settle(frame.problem);
          } else if (frame.type === "configured" && frame.seq > head && frame.settings.agent === agent) {
            settle(null);
          }
        },
        onLink: (link) => {
          if (link.kind === "open") {
            channel.send({ type: "configure", id: ID, agent });
          } else if (link.kind === "closed") {
            settle(link.problem);
          }
        },
      },
    );
  });
}
