import type { TranslationBundle } from "@jupyterlab/translation";
import type { SessionContext } from "../../rest";
import type { SessionState } from "../../state/conversation";

/** Every text of the dashboard that does not come from the server. */
export type Strings = ReturnType<typeof stringsIn>;

export function stringsIn(trans: TranslationBundle) {
  return { ...general(trans), ...ofSessions(trans), ...ofAgents(trans), ...ofExchange(trans) };
}

function general(trans: TranslationBundle) {
  return {
    label: trans.__("Claude: sessions and agents"),
    refresh: trans.__("Refresh"),
    keep: trans.__("Keep"),
    remove: trans.__("Delete"),
    cancel: trans.__("Cancel"),
    dismiss: trans.__("Dismiss"),
    loading: trans.__("Loading…"),
    failed: trans.__("The server does not answer. What you see may be old; this is tried again."),
    alerts: {
      off: trans.__("Notify me"),
      on: trans.__("Notifications are on"),
      refused: trans.__("Notifications are blocked"),
      impossible: trans.__("No notifications here"),
    },
    alertsTitle: {
      off: trans.__("Let the browser tell you when Claude asks something or a long turn ends while you are elsewhere"),
      on: trans.__("The browser tells you when Claude asks something or a long turn ends while you are elsewhere; press to stop that"),
      refused: trans.__("Your browser blocks notifications of this site. Allow them in its settings for the site."),
      impossible: trans.__("Browsers notify only for sites that came over HTTPS or from this machine."),
    },
  };
}

function ofSessions(trans: TranslationBundle) {
  const states: Record<SessionState, string> = {
    asleep: trans.__("Asleep"),
    waking: trans.__("Starting"),
    ready: trans.__("Ready"),
    running: trans.__("Working"),
    waiting: trans.__("Needs your answer"),
    stopping: trans.__("Stopping"),
    failed: trans.__("Stopped working"),
  };
  const contexts: Record<SessionContext, string> = {
    workspace: "",
    "agent-create": trans.__("interview"),
    "agent-try": trans.__("try-out"),
  };
  return {
    states,
    contexts,
    sessions: trans.__("Sessions"),
    noSessions: trans.__("No session yet. Open a notebook and ask Claude something."),
    nothingFound: (query: string) => trans.__("Nothing with “%1”.", query),
    find: trans.__("Find conversations"),
    asking: trans.__("Waiting for you"),
    making: trans.__("Making agents"),
    noNotebook: trans.__("No notebook"),
    untitled: trans.__("Untitled"),
    open: (title: string) => trans.__("Open “%1”", title),
    rename: trans.__("Rename"),
    renameIt: (title: string) => trans.__("Rename “%1”", title),
    removeIt: (title: string) => trans.__("Delete “%1”", title),
    removeTitle: (title: string) => trans.__("Delete “%1”?", title),
    removeText: (turns: number) =>
      turns === 0
        ? trans.__("What Claude knows of it is gone for good. Your files stay as they are.")
        : trans._n(
            "Its turn and what Claude knows of it are gone for good. Your files stay as they are.",
            "Its %1 turns and what Claude knows of it are gone for good. Your files stay as they are.",
            turns,
          ),
    removeRunning: trans.__("Claude is working in it and is stopped."),
    removeDraft: trans.__("An agent that was not saved is lost."),
    answer: (count: number, title: string) => trans._n("Answer %1 question of “%2”", "Answer %1 questions of “%2”", count, title),
    queued: (count: number) => trans._n("%1 prompt waits", "%1 prompts wait", count),
    memory: (size: string) => trans.__("Claude Code holds %1 of memory", size),
    times: (created: string, modified: string) => trans.__("Begun %1, last change %2", created, modified),
    connecting: trans.__("Opening the question…"),
    notConnected: trans.__("The session cannot be reached. This is tried again."),
    settled: trans.__("There is no open question any more."),
    asked: trans.__("You asked:"),
  };
}

function ofAgents(trans: TranslationBundle) {
  return {
    agents: trans.__("Agents"),
    agentsNextTo: (notebook: string) => trans.__("next to %1", notebook),
    agentsNeedNotebook: trans.__("Open a notebook to see the agents next to it."),
    noAgents: trans.__("No agent yet. Claude makes one with you, in a conversation."),
    newAgent: trans.__("New agent"),
    use: trans.__("Use"),
    runIt: (name: string) => trans.__("Use %1 in the current conversation", name),
    acceptUse: trans.__("Accept and use"),
    accept: trans.__("Accept"),
    edit: trans.__("Edit with Claude"),
    file: trans.__("Open the file"),
    duplicate: trans.__("Duplicate"),
    nameLabel: trans.__("Name of the agent"),
    nameOfCopy: trans.__("Name of the copy"),
    create: trans.__("Create"),
    prompt: trans.__("Prompt"),
    tools: trans.__("Tools"),
    allTools: trans.__("all that the session has"),
    noTools: trans.__("none"),
    except: (tools: string) => trans.__("all but %1", tools),
    model: trans.__("Model"),
    sameModel: trans.__("the conversation's"),
    effort: trans.__("Effort"),
    maxTurns: trans.__("Most turns"),
    unaccepted: trans.__("not reviewed"),
    unacceptedText: trans.__("You have not looked at this version of the agent yet. It does not run until you accept it."),
    unreadable: trans.__("cannot be read"),
    readOnly: trans.__("read only"),
    readOnlyText: trans.__("A newer version of this program made the file. It can be looked at, not changed, here."),
    removeAgentText: trans.__("The file is deleted. Conversations that run as this agent keep what they were given."),
    used: (name: string) => trans.__("The conversation now runs as %1.", name),
    saved: (name: string) => trans.__("%1 was saved.", name),
    removed: (name: string) => trans.__("%1 was deleted.", name),
    accepted: (name: string) => trans.__("%1 was accepted.", name),
    changed: (name: string) => trans.__("%1 was changed by somebody else meanwhile. What you see now is the newest version.", name),
    changedNow: (fields: string) => trans.__("Changed: %1.", fields),
    gone: (name: string) => trans.__("%1 is not there any more.", name),
  };
}

function ofExchange(trans: TranslationBundle) {
  return {
    importIt: trans.__("Import…"),
    importTitle: (name: string) => trans.__("Import %1", name),
    exportIt: trans.__("Export"),
    lost: trans.__("What this form has no place for:"),
    lostNothing: trans.__("Everything was carried over."),
    exported: (filename: string) => trans.__("%1 was downloaded.", filename),
    save: trans.__("Save"),
    replace: (name: string) => trans.__("Replace %1", name),
    taken: (name: string) => trans.__("There is an agent %1 already. Choose another name, or replace it.", name),
    takenName: (name: string) => trans.__("There is an agent %1 already. Choose another name.", name),
    tooLarge: trans.__("This file is too large for an agent."),
  };
}
