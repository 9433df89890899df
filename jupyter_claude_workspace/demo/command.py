"""`jupyter claude demo`: a folder with a welcome notebook, and JupyterLab on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..claude.environment import credentials_kind
from ..errors import WorkspaceError

WELCOME = Path(__file__).with_name("welcome.ipynb")
REAL = {
    "api_key": "ANTHROPIC_API_KEY",
    "auth_token": "ANTHROPIC_AUTH_TOKEN",
    "oauth_token": "CLAUDE_CODE_OAUTH_TOKEN",
    "login": "your Claude Code login",
    "gateway": "ANTHROPIC_BASE_URL",
    "bedrock": "Amazon Bedrock",
    "vertex": "Google Vertex AI",
    "foundry": "Microsoft Foundry",
}


class DemoFolderError(WorkspaceError):
    """The demo's folder cannot be made or written."""

    code = "demo_folder"


def run(folder: Path, *, port: int | None, browser: bool, extra: Sequence[str]) -> int:
    """Make or reuse the folder, say which model answers, and become JupyterLab.

    Returns:
        JupyterLab's exit status, on Windows; elsewhere this process becomes JupyterLab and does not return.

    Raises:
        DemoFolderError: the folder cannot be made or written.
    """
    notebook = prepare(folder)
    print(announcement(os.environ, Path.home()), flush=True)
    command = lab_command(notebook, port=port, browser=browser, extra=extra)
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    # On Windows, exec would give the terminal back while JupyterLab still runs in it.
    return subprocess.call(command)


def prepare(folder: Path) -> Path:
    """The welcome notebook in this folder, which is made where it is missing; a notebook that is there stays as it is.

    Raises:
        DemoFolderError: the folder cannot be made or written.
    """
    notebook = folder.resolve() / WELCOME.name
    try:
        notebook.parent.mkdir(parents=True, exist_ok=True)
        if not notebook.exists():
            shutil.copyfile(WELCOME, notebook)
    except OSError as error:
        text = f"The demo's folder {notebook.parent} cannot be used: {error.strerror or error}."
        raise DemoFolderError(text, remedy="Name another one with --dir.") from error
    return notebook


def announcement(environ: Mapping[str, str], home: Path) -> str:
    """Which model answers, for the terminal."""
    kind = credentials_kind(environ, home)
    if kind != "none":
        return f"The real Claude answers, with {REAL.get(kind, kind)}. What it says is charged to that account."
    return (
        "No credentials found: the demo model answers. It is a script on this machine; nothing leaves it.\n"
        "For the real Claude, set ANTHROPIC_API_KEY (or log in with `claude`) and start this again."
    )


def lab_command(notebook: Path, *, port: int | None, browser: bool, extra: Sequence[str]) -> list[str]:
    """JupyterLab on this notebook, with the demo model where there are no credentials."""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={notebook.parent}",
        f"--LabApp.default_url=/lab/tree/{notebook.name}",
        "--ClaudeWorkspace.demo=auto",
    ]
    if port is not None:
        command.append(f"--ServerApp.port={port}")
    if not browser:
        command.append("--no-browser")
    return [*command, *extra]
