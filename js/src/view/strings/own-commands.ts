import { knowing } from "./knowing";

/** The texts of the slash commands that the panel carries out. */
export const ownCommands = {
  about: {
    model: { description: "Choose the model of this conversation", argument_hint: "<name>" },
    effort: { description: "Choose how hard Claude thinks", argument_hint: "<level>" },
    rename: { description: "Give this conversation a title", argument_hint: "<title>" },
    clear: { description: "Begin a new conversation; this one stays in the list", argument_hint: "" },
  },
  efforts: knowing.efforts,
  modelUsage: "Write the name of one model after it, like /model opus, or choose one below. /model default goes back to Claude Code's own.",
  effortUsage: `Write one of these after it: ${Object.keys(knowing.efforts).join(", ")}, default.`,
  renameUsage: "Write a title of at most 200 characters after it.",
};
