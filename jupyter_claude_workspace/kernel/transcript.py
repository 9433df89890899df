"""What the panel is in a notebook's file: an output that can hold the conversation."""

from __future__ import annotations

from typing import Any

# The Lab plugin draws it, and fills it after each turn. Its form: web/EXCERPT.md.
MIME = "application/vnd.jupyter-claude-workspace.transcript+json"
NOTHING_YET = "*A conversation with Claude Code. Nothing of it is kept here yet.*\n"


def empty_transcript(kernel: str) -> dict[str, Any]:
    """The output's data while no turn is finished.

    Args:
        kernel: id of the kernel that has the panel's widget; in another one it cannot be shown.
    """
    data = {"version": 1, "kernel": kernel, "session": "", "title": "", "left_out": 0, "frames": []}
    return {MIME: data, "text/markdown": NOTHING_YET}
