"""jupyter-claude-workspace: the real Claude Code, at home in Jupyter."""

