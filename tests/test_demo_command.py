"""`jupyter claude demo`: the folder, what the terminal says, the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_claude_workspace.demo.command import WELCOME, DemoFolderError, announcement, lab_command, prepare


def test_the_demo_folder_gets_a_welcome_notebook_once(tmp_path: Path) -> None:
    """A notebook that is there is left alone, byte for byte."""
    notebook = prepare(tmp_path / "a" / "claude-demo")
    fresh = json.loads(notebook.read_text(encoding="utf-8"))
    notebook.write_text("changed", encoding="utf-8")

    assert prepare(tmp_path / "a" / "claude-demo").read_text(encoding="utf-8") == "changed"
    assert (fresh["nbformat"], notebook.name) == (4, "welcome.ipynb")
    assert not any(cell.get("outputs") for cell in fresh["cells"])


def test_a_demo_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The error names the folder and the way out."""
    (tmp_path / "file").write_text("")

    with pytest.raises(DemoFolderError, match="cannot be used") as caught:
        prepare(tmp_path / "file" / "demo")

    assert "--dir" in caught.value.remedy


def test_the_terminal_says_which_model_answers(tmp_path: Path) -> None:
    """The demo model without credentials, with the way to the real one; the real one with them, never their value."""
    without = announcement({}, tmp_path)
    with_key = announcement({"ANTHROPIC_API_KEY": "sk-canary"}, tmp_path)

    assert "demo model" in without
    assert "ANTHROPIC_API_KEY" in without
    assert "The real Claude" in with_key
    assert "sk-canary" not in with_key


def test_jupyterlab_opens_on_the_notebook(tmp_path: Path) -> None:
    """The command names folder, notebook, port and the demo, and hands further arguments on."""
    command = lab_command(tmp_path / "welcome.ipynb", port=8899, browser=False, extra=["--collaborative"])

    assert command[1:3] == ["-m", "jupyterlab"]
    assert set(command[3:]) == {
        f"--ServerApp.root_dir={tmp_path}",
        "--LabApp.default_url=/lab/tree/welcome.ipynb",
        "--ClaudeWorkspace.demo=auto",
        "--ServerApp.port=8899",
        "--no-browser",
        "--collaborative",
    }


def test_the_welcome_notebook_runs_with_no_extra_packages() -> None:
    """Its data cell makes a table of the week in plain Python."""
    cells = json.loads(WELCOME.read_text(encoding="utf-8"))["cells"]
    (source,) = ("".join(cell["source"]) for cell in cells if cell["id"] == "data")
    names: dict[str, Any] = {}

    exec(compile(source, "welcome.ipynb", "exec"), names)

    assert [day["day"] for day in names["week"]] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
