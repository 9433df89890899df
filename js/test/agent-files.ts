import type { Agent, AgentResource } from "../src/agents";
import type { Stage } from "./stage";
import { send } from "./wire";

export const settings = { mode: "default", model: null, effort: null, agent: null };

/** From now on, the server's first word to a panel of that stage. */
export function welcome(stage: Stage, more: object): void {
  stage.wire.onOpen = ({ peer }) =>
    send(peer, {
      ...{ type: "welcome", protocol: 1, session: "s", context: "workspace", notebook: "x/a.ipynb", title: "", head: 0, state: "ready" },
      ...{ settings, demo: false, ...more },
    });
}

export function agent(name: string, more: Partial<Agent> = {}): Agent {
  const own = { name, description: `About ${name}`, prompt: `You are ${name}.`, tools: null, disallowed_tools: [], starters: [] };
  return { schema_version: 1, ...own, model: null, effort: null, max_turns: null, color: null, created: null, modified: null, ...more };
}

export function resource(of: Agent, more: Partial<AgentResource> = {}): AgentResource {
  const file = { path: `x/${of.name}.agent.json`, etag: '"1"', agent: of, problem: null, read_only: false, accepted: true };
  return { name: of.name, ...file, ...more };
}

/** The files next to the notebook. */
export function serve(stage: Stage, ...files: AgentResource[]): void {
  stage.wire.rest.set("GET agents", () => [200, { agents: files }]);
  for (const file of files) {
    stage.wire.rest.set(`GET agents/${file.name}`, () => [200, file]);
  }
}

/** The headers of the requests of a kind so far. */
export function headersOf(stage: Stage, what: string) {
  return stage.wire.asked.flatMap((one, index) => (one.what === what ? [stage.wire.headers[index]] : []));
}
