/** The commands of this plugin, as menus, shortcuts and other plugins name them. */
export const COMMANDS = {
  openSidebar: "claude-workspace:open-sidebar",
  openSession: "claude-workspace:open-session",
  openQuestion: "claude-workspace:open-question",
  newConversation: "claude-workspace:new-conversation",
  newAgent: "claude-workspace:new-agent",
  newNotebook: "claude-workspace:new-notebook",
  dashboard: "claude-workspace:dashboard",
  askCell: "claude-workspace:ask-cell",
  explainError: "claude-workspace:explain-error",
  nextProposal: "claude-workspace:next-proposal",
  previousProposal: "claude-workspace:previous-proposal",
  fixError: "claude-workspace:fix-error",
} as const;
