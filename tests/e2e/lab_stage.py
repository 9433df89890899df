"""A real JupyterLab with the installed package, on the demo model, and a real Chromium that looks at it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

TOKEN = "e2e"
PATIENCE = 60_000  # milliseconds
ARMING = 500  # milliseconds; longer than the delay before a question takes a click
ENDED = "[data-jcw=turn]:not([data-end=running])"
CELL = "%load_ext jupyter_claude_workspace\n%claude"


class Lab:
    """One server process in folders of its own; `kill` and `start` as often as a test likes, on one port."""

    def __init__(self, home: Path, base_url: str = "/", **settings: Any) -> None:
        self.home = home
        self.root = home / "notebooks"
        self.root.mkdir(parents=True)
        self.base_url = base_url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._settings = [f"--ClaudeWorkspace.{name}={value}" for name, value in {"demo": "on", **settings}.items()]
        self._process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base_url}"

    def start(self) -> Lab:
        environment = {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
        }
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={self.port}",
            "--ServerApp.port_retries=0", f"--ServerApp.base_url={self.base_url}", f"--IdentityProvider.token={TOKEN}",
            "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", *self._settings,
        ]  # fmt: skip
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.root, env=environment, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE / 1000
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise AssertionError((self.home / "server.log").read_text()[-3000:])
            time.sleep(0.1)
        return self

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        if self._process.poll() is None:
            self.kill()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(f"{self.url}claude-workspace/{path}", method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data) as answer:
            return json.loads(answer.read() or "null")

    def notebook(self, name: str, source: str = CELL) -> str:
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        cell = {
            "cell_type": "code",
            "id": "a1",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        document = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (self.root / name).write_text(json.dumps(document))
        return name

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{self.url}api", timeout=2)
            return True
        return False


class Panel:
    """The chat panel of a page, by what a person sees."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("[data-jcw=panel]").first

    def part(self, name: str) -> Locator:
        return self.root.locator(f"[data-jcw={name}]")

    def wait(self, state: str) -> Panel:
        self.page.wait_for_selector(f"[data-jcw=panel][data-state={state}]", timeout=PATIENCE)
        return self

    def send(self, text: str) -> None:
        self.part("composer").fill(text)
        self.part("composer").press("Enter")

    def ask(self, text: str) -> None:
        """Send a prompt and wait for the end of its turn, in which nothing is asked."""
        turns = self.ended()
        self.send(text)
        self.page.wait_for_function(
            f"n => document.querySelectorAll('{ENDED}').length > n", arg=turns, timeout=PATIENCE
        )

    def answer(self, how: str) -> None:
        """Press a button of the open question, as a person would: not in the first instant, which is not taken."""
        button = self.part(how)
        button.wait_for()
        self.page.wait_for_timeout(ARMING)
        button.click()

    def ended(self) -> int:
        return self.root.locator(ENDED).count()

    def replies(self) -> list[str]:
        return self.part("reply").all_inner_texts()


def open_in_lab(page: Page, lab: Lab, notebook: str) -> Panel:
    """Open a notebook in JupyterLab, run its first cell, and wait for the panel to be ready."""
    page.goto(f"{lab.url}lab/tree/{notebook}?token={TOKEN}&reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    page.get_by_text(re.compile(r"\| Idle$")).wait_for()  # without a kernel a cell "runs" and nothing happens
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+Enter")
    return Panel(page).wait("ready")


def open_page(page: Page, lab: Lab, notebook: str) -> Panel:
    """Open the plain page of a new session."""
    made = lab.ask("POST", "api/agents/create-session", {"notebook": notebook, "context": "workspace"})
    page.goto(f"http://127.0.0.1:{lab.port}{made['page_url']}&token={TOKEN}")
    return Panel(page).wait("ready")
