"""Sealed sessions: Claude has the notebook's tools, which keep to the privacy setting, and none that read elsewhere."""

from __future__ import annotations

from ..protocol.content import Settings
from ..tools.names import AGENT_BUILDER, NOTEBOOK

# Whatever is not among these is denied, so that a tool that is new, or of a server of the person's, is denied as well.
TALKING = frozenset(
    {"AskUserQuestion", "ExitPlanMode", "EnterPlanMode", "ToolSearch", "TodoWrite"}
    | {"TaskCreate", "TaskGet", "TaskList", "TaskUpdate"}
)
OURS = (f"mcp__{NOTEBOOK}__", f"mcp__{AGENT_BUILDER}__")
WORDS = (
    "The person sealed this conversation: {tool} is off, because it could read the notebook's data past their privacy "
    "setting. Work with the notebook's own tools (read_notebook, edit_cells, run_cells, list_variables, "
    "inspect_variable), or tell the person what you need."
)


def refusal(settings: Settings, tool: str) -> str:
    """Why this tool may not be used now; empty: it may."""
    if not settings.sealed or tool in TALKING or tool.startswith(OURS):
        return ""
    return WORDS.format(tool=tool)
