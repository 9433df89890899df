"""What Claude Code calls our tools; apart from the tools themselves, which import the SDK."""

AGENT_BUILDER = "agent_builder"
DRAFT_AGENT = f"mcp__{AGENT_BUILDER}__draft_agent"
SAVE_AGENT = f"mcp__{AGENT_BUILDER}__save_agent"
