"""The chat panel as a widget. Its JavaScript speaks to the server itself, so it streams while the kernel is busy."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .transcript import empty_transcript

STATIC = Path(__file__).parent.parent / "static"


class ClaudePanel(anywidget.AnyWidget):
    """The conversation of the notebook that this kernel runs; every panel of a notebook shows the same one.

    The server finds the notebook by the kernel's id, so a renamed notebook keeps its conversation.
    """

    _esm = STATIC / "widget.js"
    _css = STATIC / "widget.css"

    kernel_id = traitlets.Unicode(help="Id of the kernel, by which the server knows the notebook.").tag(sync=True)
    notebook = traitlets.Unicode(help="Path of the notebook, where the kernel's id does not tell it.").tag(sync=True)
    server_id = traitlets.Unicode(
        help="The server that started this kernel; another's page cannot show its panel."
    ).tag(sync=True)
    session_id = traitlets.Unicode(help="The conversation's session; empty until it is opened.").tag(sync=True)
    new_session = traitlets.Bool(False, help="Open a new conversation instead of the notebook's last one.").tag(
        sync=True
    )

    def __init__(self, *, new: bool = False, session_id: str = "") -> None:
        super().__init__(
            kernel_id=kernel_id(),
            server_id=os.environ.get("JCW_SERVER_ID", ""),
            new_session=new,
            session_id=session_id,
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget's view, and beside it a place for the conversation itself."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**empty_transcript(self.kernel_id), **data}, metadata


def kernel_id() -> str:
    """The id under which the Jupyter server knows this kernel; empty outside of a kernel."""
    try:
        from ipykernel.connect import get_connection_file  # noqa: PLC0415 - absent where there is no kernel

        found = re.search(r"kernel-(.+)\.json$", get_connection_file())
    except (ImportError, RuntimeError):
        return ""
    return found.group(1) if found else ""
