import type { Rest } from "../../rest";
import { Session } from "../../session";
import { Channel } from "../../socket/channel";
import type { Switcher } from "../conversations/switcher";
import { agents as strings } from "../strings/agents";
import { until } from "./settled";

/**
 * Let the notebook's own conversation run as an agent, and show it.
 * @throws Error where it does not take the agent
 */
export async function runHere(rest: Rest, switcher: Switcher | null, notebook: string, agent: string): Promise<void> {
  const { session_id: id, page_url } = await rest.openSession({ notebook });
  const session = new Session((events) => new Channel({ rest, open: async () => id }, events));
  try {
    await until(session, () => session.store.state.welcomed);
    session.configure({ agent });
    await until(session, () => {
      const { settings, notices, review } = session.store.state;
      const refusal = notices.find(({ code }) => code.startsWith("refused:"));
      if (refusal || review) {
        throw new Error(refusal?.text ?? strings.useFailed);
      }
      return settings?.agent === agent;
    });
  } finally {
    session.dispose();
  }
  showSession(rest, switcher, id, page_url);
}

/** Show the notebook's own conversation. */
export async function backHome(rest: Rest, switcher: Switcher, notebook: string): Promise<void> {
  switcher.show((await rest.openSession({ notebook })).session_id);
}

/** Show a session in the panel's place; where there is no way to, on a page of its own. */
export function showSession(rest: Rest, switcher: Switcher | null, session: string, page: string): void {
  if (switcher) {
    switcher.show(session);
  } else {
    open(new URL(page, rest.server.base), "_blank", "noopener");
  }
}
