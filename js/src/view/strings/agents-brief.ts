/** The few texts about agents that every panel carries; the others come with the part that shows them. */
export const agents = {
  agent: "Agent",
  none: "No agent",
  agentIs: (name: string) => `Agent: ${name}`,
  loading: "Loading…",
  interviewTitle: "What should the agent do?",
  interviewText: "Say it in your own words. Claude asks what it needs to know and writes the agent; you can change every word of it.",
  editTitle: "What should be different?",
  interviewExamples: ["Review my notebook before I share it", "Explain code that others wrote", "Check tables for errors"],
  beingMade: "Agents being made",
  untitled: "New agent",
  reload: "Reload agent",
  without: "Go on without it",
};
