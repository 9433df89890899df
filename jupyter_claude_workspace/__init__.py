"""jupyter-claude-workspace: the real Claude Code, at home in Jupyter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


# Imports wait until they are needed: a kernel has no use for the server's half, and a server none for the kernel's.


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import ClaudeWorkspaceApp  # noqa: PLC0415

    return [{"module": "jupyter_claude_workspace.app", "app": ClaudeWorkspaceApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-claude-workspace"}]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics: `%load_ext jupyter_claude_workspace`."""
    from .kernel.magics import load_ipython_extension as load  # noqa: PLC0415

    load(shell)
