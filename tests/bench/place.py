"""Folders and environment of one run: nothing of the person's own is used or touched."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import jupyter_claude_workspace
from jupyter_claude_workspace.claude import locate
from jupyter_claude_workspace.config import ClaudeWorkspace

NOTEBOOK = "bench.ipynb"
PACKAGE = Path(jupyter_claude_workspace.__file__).parents[1]


class Place:
    """A folder for everything; `environment` is what every process of the run starts from."""

    def __init__(self) -> None:
        # Short, because the CLI puts unix sockets below it.
        self.folder = Path(tempfile.mkdtemp(prefix="jcw-b-"))
        self.notebooks = self.made("notebooks")
        empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (self.notebooks / NOTEBOOK).write_text(json.dumps(empty))
        self.environment = {
            "HOME": str(self.made("home")),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
            "TMPDIR": str(self.made("t")),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(PACKAGE),
            "BENCH_NOTEBOOKS": str(self.notebooks),
            "JUPYTER_CONFIG_DIR": str(self.made("config")),
        }

    def made(self, name: str) -> Path:
        """A folder in it."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def holding(self, milliseconds: int) -> Path:
        """A CLI that joins tokens for so long, whatever it is told: for servers, which have one value for that."""
        script = self.folder / f"claude-{milliseconds}"
        cli = locate.find(ClaudeWorkspace(), self.folder)
        script.write_text(f'#!/bin/sh\nCLAUDE_CODE_STREAM_EVENT_HOLD_MS={milliseconds} exec "{cli}" "$@"\n')
        script.chmod(0o700)
        return script

    def clear(self) -> None:
        """Delete it all."""
        shutil.rmtree(self.folder, ignore_errors=True)
