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

from playwright.sync_api import Locator, Page, expect

TOKEN = "e2e"
PATIENCE = 60_000  # milliseconds
ARMING = 500  # milliseconds; longer than the delay before a question takes a click
ENDED = "[data-jcw=turn]:not([data-end=running])"
CELL = "%load_ext jupyter_claude_workspace\n%claude"


class Lab:
    """One server process in folders of its own; `kill` and `start` as often as a test likes, on one port."""

    def __init__(
        self,
        home: Path,
        base_url: str = "/",
        program: str = "jupyterlab",
        environment: dict[str, str] | None = None,
        **settings: Any,
    ) -> None:
        self.home = home
        self.environment = environment or {}
        self.root = home / "notebooks"
        self.root.mkdir(parents=True)
        self.base_url = base_url
        self.program = program
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
            **self.environment,
        }
        command = [
            sys.executable, "-m", self.program, "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={self.port}",
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

    def notebook(self, name: str, *sources: str) -> str:
        """Write one anew; a conversation that an earlier try of a test had there is over."""
        if (self.root / name).exists():
            for session in self.ask("GET", f"api/sessions?notebook={name}")["sessions"]:
                self.ask("DELETE", f"api/sessions/{session['session_id']}")
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        cells = [
            {
                "cell_type": "code",
                "id": f"a{number}",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(sources or [CELL], 1)
        ]
        document = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (self.root / name).write_text(json.dumps(document))
        return name

    def connected(self, notebook: str) -> bool:
        """Whether a page is connected to the idle kernel of a notebook."""
        request = urllib.request.Request(f"{self.url}api/sessions", headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request) as answer:
            kernels = [each["kernel"] for each in json.loads(answer.read()) if each["path"] == notebook]
        return any(kernel["connections"] > 0 and kernel["execution_state"] == "idle" for kernel in kernels)

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
        # The state may be a moment older than the turn that has just begun, or than the prompt that is on its way.
        calm = ":not(:has([data-jcw=outgoing], [data-jcw=turn][data-end=running]))" if state == "ready" else ""
        self.page.wait_for_selector(f"[data-jcw=panel][data-state={state}]{calm}", timeout=PATIENCE)
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
    visit(page, lab, notebook)
    run_cell(page, 0)
    return Panel(page).wait("ready")


def run_cell(page: Page, number: int) -> None:
    """Run a cell and wait for its end. Notebook 7 moves the focus while it starts, so there it may take another try."""
    cell = page.locator(".jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt").first
    while not re.search(r"[\d*]", prompt.inner_text()):
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1000)
    expect(prompt).to_have_text(re.compile(r"\d"), timeout=PATIENCE)


def visit(page: Page, lab: Lab, notebook: str) -> None:
    """Open a notebook as it is, in either program, and wait for its kernel: without one a cell only seems to run."""
    path, more = ("notebooks", "") if lab.program == "notebook" else ("lab/tree", "&reset")
    page.goto(f"{lab.url}{path}/{notebook}?token={TOKEN}{more}")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    end = time.monotonic() + PATIENCE / 1000
    while not lab.connected(notebook):
        assert time.monotonic() < end, "the notebook got no kernel"
        page.wait_for_timeout(100)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")


def save(page: Page, lab: Lab, notebook: str) -> dict[str, Any]:
    """Save the open notebook; returns what is in its file then."""
    path = lab.root / notebook
    before = path.stat().st_mtime_ns
    page.locator("[data-jp-item-name=save]").locator("button, jp-button").first.click()
    end = time.monotonic() + PATIENCE / 1000
    while path.stat().st_mtime_ns == before or not path.read_text().endswith("}\n"):  # Jupyter may be writing it yet
        assert time.monotonic() < end, "the notebook was not saved"
        page.wait_for_timeout(50)
    saved: dict[str, Any] = json.loads(path.read_text())
    return saved


def open_page(page: Page, lab: Lab, notebook: str) -> Panel:
    """Open the plain page of a new session."""
    made = lab.ask("POST", "api/agents/create-session", {"notebook": notebook, "context": "workspace"})
    page.goto(f"http://127.0.0.1:{lab.port}{made['page_url']}&token={TOKEN}")
    return Panel(page).wait("ready")
