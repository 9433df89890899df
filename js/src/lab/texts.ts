import { type ITranslator, nullTranslator, type TranslationBundle } from "@jupyterlab/translation";

const DOMAIN = "jupyter-claude-workspace";

/** What translates this package's texts into the language of this JupyterLab. */
export function bundleIn(translator: ITranslator | null): TranslationBundle {
  return (translator ?? nullTranslator).load(DOMAIN);
}

/** Every text of the plugin in the language of this JupyterLab. */
export function textsIn(translator: ITranslator | null): LabTexts {
  const known = translator ?? nullTranslator;
  return { ...texts(bundleIn(translator)), notebookCategory: known.load("jupyterlab").__("Notebook") }; // as Lab itself calls it
}

export type LabTexts = ReturnType<typeof texts> & { notebookCategory: string };

function texts(trans: TranslationBundle) {
  return {
    claude: trans.__("Claude"),
    category: trans.__("Claude"),
    sidebar: trans.__("Claude: the notebook's conversation"),

    openSidebar: trans.__("Show the Conversation of This Notebook"),
    openSession: trans.__("Show a Conversation"),
    openQuestion: trans.__("Go to Claude's Question"),
    newConversation: trans.__("New Conversation"),
    newAgent: trans.__("New Agent"),
    newAgentCaption: trans.__("Let Claude ask what an agent is to do, and save it next to the notebook"),
    askCell: trans.__("Ask Claude About This Cell"),
    explainError: trans.__("Explain This Error"),
    fixErrorCommand: trans.__("Fix This Error"),
    fixError: trans.__("Fix with Claude"),
    fixAgain: trans.__("Ask again"),
    fixErrorCaption: trans.__("Send the error, the cell and the variables it names to Claude; you review the change before it is made"),
    fixPrompt: (error: string) => trans.__("Fix this error: %1", error),
    runAgain: trans.__("Run again"),
    runAgainCaption: trans.__("Run what changed since you asked, up to and including this cell"),
    newNotebook: trans.__("Notebook with Claude"),
    newNotebookCaption: trans.__("A new notebook, and Claude beside it"),

    cell: (number: string) => trans.__("Cell %1", number),
    cellRun: (count: string) => trans.__("Cell [%1]", count),
    traceback: (name: string) => trans.__("Traceback of %1", name),
    proposals: trans.__("Claude's proposals in this notebook"),
    proposes: (count: number) => trans._n("Claude proposes %1 change", "Claude proposes %1 changes", count, count),
    wantsToRun: (count: number) => trans._n("Claude wants to run %1 cell", "Claude wants to run %1 cells", count, count),
    place: (at: number, count: number) => trans.__("%1 of %2", at, count),
    nextProposal: trans.__("Next Proposal of Claude's"),
    previousProposal: trans.__("Previous Proposal of Claude's"),
    showProposal: trans.__("Show it"),

    leftOut: (count: number) => trans._n("%1 line left out", "%1 lines left out", count, count),
    explainPrompt: (error: string) => trans.__("Explain this error and how to fix it: %1", error),

    looking: trans.__("Looking for the notebook's conversation…"),
    noNotebook: trans.__("No notebook is open"),
    noNotebookText: trans.__("Open a notebook, and its conversation with Claude is shown here."),
    blank: (notebook: string) => trans.__("Work on %1 with Claude", notebook),
    blankText: trans.__("Claude Code runs in the notebook's folder. It starts when you begin, not before."),
    start: trans.__("Start a conversation"),
    starting: trans.__("Starting…"),
    agent: trans.__("New agent…"),
    problem: trans.__("The notebook's conversation cannot be shown."),
    again: trans.__("Try again"),

    about: (notebook: string) => trans.__("About %1", notebook),
    reveal: trans.__("Show the notebook"),
    open: trans.__("Open the notebook"),
    back: (notebook: string) => trans.__("Back to %1", notebook),
    agentOf: (notebook: string) => trans.__("An agent next to %1", notebook),

    status: (state: string) => trans.__("Claude: %1", state),
    states: {
      asleep: trans.__("asleep"),
      waking: trans.__("starting"),
      ready: trans.__("ready"),
      running: trans.__("working"),
      waiting: trans.__("needs your answer"),
      stopping: trans.__("stopping"),
      failed: trans.__("stopped working"),
    },
    questions: (count: number) => trans._n("%1 question is open", "%1 questions are open", count, count),
    statusCaption: trans.__("Claude in this notebook. Click to show the conversation."),
    failed: trans.__("Claude could not do that"),
    notLoaded: trans.__("The conversation cannot be loaded. If the server was updated, reload the page."),
  };
}
