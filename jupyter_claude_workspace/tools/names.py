"""What Claude Code calls our tools; apart from the tools themselves, which import the SDK."""

AGENT_BUILDER = "agent_builder"
DRAFT_AGENT = f"mcp__{AGENT_BUILDER}__draft_agent"
SAVE_AGENT = f"mcp__{AGENT_BUILDER}__save_agent"

NOTEBOOK = "notebook"
READ_NOTEBOOK = f"mcp__{NOTEBOOK}__read_notebook"
EDIT_CELLS = f"mcp__{NOTEBOOK}__edit_cells"
RUN_CELLS = f"mcp__{NOTEBOOK}__run_cells"
RUN_SCRATCH = f"mcp__{NOTEBOOK}__run_scratch"
LIST_VARIABLES = f"mcp__{NOTEBOOK}__list_variables"
INSPECT_VARIABLE = f"mcp__{NOTEBOOK}__inspect_variable"
KERNEL = f"mcp__{NOTEBOOK}__kernel"
