import type { Effort } from "../../rest";
import { useBegin } from "../conversations/new";
import { useRest, useSelect, useSession } from "../hooks";
import { ownCommands as strings } from "../strings/own-commands";

/** A slash command that the panel carries out. Sent as a prompt, Claude Code alone would know of it. */
export interface OwnCommand {
  name: string;
  description: string;
  argument_hint: string;
  aliases: string[];
  /** Rejects with what to write instead, or with why it could not be done. */
  perform(argument: string): Promise<unknown>;
}

/** Those that are possible here, by their names as in Claude Code. */
export function useOwnCommands(): readonly OwnCommand[] {
  const session = useSession();
  const rest = useRest();
  const id = useSelect((state) => state.session);
  const begin = useBegin();
  const made: OwnCommand[] = [
    command("model", async (name) => {
      demand(/^[A-Za-z0-9][\w.:/@[\]-]{0,199}$/.test(name), strings.modelUsage);
      session.configure({ model: name === "default" ? null : name });
    }),
    command("effort", async (level) => {
      demand(level === "default" || Object.hasOwn(strings.efforts, level), strings.effortUsage);
      session.configure({ effort: level === "default" ? null : (level as Effort) });
    }),
  ];
  if (rest !== null && id) {
    made.push(
      command("rename", async (title) => {
        demand(title !== "" && title.length <= 200, strings.renameUsage);
        await rest.rename(id, title);
      }),
    );
  }
  if (begin !== null) {
    made.push(command("clear", begin, ["new", "reset"]));
  }
  return made;
}

/** What carries out what is written; null: it is a prompt. */
export function ownCommand(commands: readonly OwnCommand[], written: string): (() => Promise<unknown>) | null {
  const [, name = "", argument = ""] = /^\/(\S+)(?:[^\S\n]+([^\n]*))?$/.exec(written) ?? [];
  const found = commands.find((one) => one.name === name || one.aliases.includes(name));
  return found ? () => found.perform(argument.trim()) : null;
}

function command(name: keyof typeof strings.about, perform: OwnCommand["perform"], aliases: string[] = []): OwnCommand {
  return { name, ...strings.about[name], aliases, perform };
}

function demand(fits: boolean, otherwise: string): void {
  if (!fits) {
    throw new Error(otherwise);
  }
}
