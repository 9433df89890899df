import type { Agent, AgentConflict, AgentResource, Agents } from "../../agents";
import { RestError } from "../../rest";
import type { Around } from "./around";
import { download } from "./download";
import { type Outcome, wordsOf } from "./outcome";
import { currentConversation, runAs } from "./use-agent";

const CONFLICT = 409;

/** What can be done with one agent, as it is in the version that the person sees. */
export class Deeds {
  readonly #around: Around;
  readonly #agents: Agents;
  readonly #resource: AgentResource;

  constructor(around: Around, agents: Agents, resource: AgentResource) {
    this.#around = around;
    this.#agents = agents;
    this.#resource = resource;
  }

  async accept(): Promise<Outcome> {
    const { name, etag } = this.#resource;
    await this.#agents.accept(name, etag);
    return done(this.#around.strings.accepted(name));
  }

  /** Let the conversation that the person sees run as it; pressing that beside its prompt and tools accepts it. */
  async use(): Promise<Outcome> {
    const { rest, openSession, strings } = this.#around;
    const { name, etag, accepted } = this.#resource;
    if (!accepted) {
      await this.#agents.accept(name, etag);
    }
    const session = await currentConversation(rest, this.#agents.notebook);
    await runAs(rest, session, name);
    openSession(session);
    return done(strings.used(name));
  }

  async remove(): Promise<Outcome> {
    const { name, etag } = this.#resource;
    await this.#agents.remove(name, etag);
    return done(this.#around.strings.removed(name));
  }

  /** Save it under another name. @throws RestError 409 where that is taken */
  async duplicate(agent: Agent, name: string): Promise<Outcome> {
    await this.#agents.put({ ...agent, name, created: null, modified: null }, null);
    return done(this.#around.strings.saved(name));
  }

  async export(): Promise<Outcome> {
    const { strings } = this.#around;
    const { filename, text, lost } = await this.#agents.export(this.#resource.name);
    download(filename, text);
    return { ...done(strings.exported(filename)), more: lost.length > 0 ? [strings.lost, ...lost] : [strings.lostNothing] };
  }

  /** What to say where something was not done. */
  refused(error: unknown): Outcome {
    if (!(error instanceof RestError) || error.status !== CONFLICT) {
      return { kind: "problem", text: wordsOf(error) };
    }
    const { strings } = this.#around;
    const { name, agent } = this.#resource;
    const { theirs = null } = error.details as unknown as Partial<AgentConflict>;
    const fields = differences(agent, theirs?.agent ?? null);
    const more = fields.length > 0 ? [strings.changedNow(fields.join(", "))] : [];
    return { kind: "problem", text: theirs ? strings.changed(name) : strings.gone(name), more };
  }
}

function done(text: string): Outcome {
  return { kind: "done", text };
}

/** The fields in which two agents differ. */
function differences(mine: Agent | null, theirs: Agent | null): string[] {
  if (mine === null || theirs === null) {
    return [];
  }
  const keys = Object.keys(theirs) as (keyof Agent)[];
  return keys.filter((key) => key !== "modified" && JSON.stringify(mine[key]) !== JSON.stringify(theirs[key]));
}
