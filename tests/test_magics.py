"""`%load_ext` and `%claude` in a real kernel, and in a shell that is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from jupyter_claude_workspace.kernel.transcript import MIME

WIDGET = "application/vnd.jupyter.widget-view+json"


KERNEL_ID = "5c1a6b0e-3c57-4d7e-9a52-4f0f6f1f2a10"


class Kernel:
    """A kernel process, named as a Jupyter server names its own; `run` gives all messages that a cell made."""

    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager(kernel_name="python3", connection_file=str(folder / f"kernel-{KERNEL_ID}.json"))
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        reply = self.client.execute_interactive(code, output_hook=messages.append, timeout=60, allow_stdin=False)
        return [message["content"] for message in messages], reply["content"]

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.client.context.term()


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    made = Kernel(tmp_path_factory.mktemp("kernel"))
    made.run("%load_ext jupyter_claude_workspace")
    yield made
    made.stop()


def shown(contents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [content["data"] for content in contents if "data" in content]


def test_the_magic_shows_the_panel(kernel: Kernel) -> None:
    """`%claude` is a widget that knows its kernel, and one output with a place for the conversation."""
    contents, reply = kernel.run("%claude")
    assert reply["status"] == "ok"
    (data,) = [data for data in shown(contents) if WIDGET in data]
    assert "ClaudePanel" in data["text/plain"]
    assert "Nothing of it is kept here yet" in data["text/markdown"]
    assert (data[MIME]["kernel"], data[MIME]["frames"]) == (KERNEL_ID, [])
    states = [data["state"] for data in (content.get("data", {}) for content in contents) if "state" in data]
    (state,) = [state for state in states if "kernel_id" in state]
    assert state["kernel_id"] == KERNEL_ID
    assert (state["new_session"], state["session_id"]) == (False, "")
    assert len(state["_esm"]) > 1000


def test_the_cell_can_be_run_again_without_a_word(kernel: Kernel) -> None:
    """`%load_ext` above `%claude` does not complain that it is loaded already, however often the cell is run."""
    for _ in range(3):
        contents, reply = kernel.run("%load_ext jupyter_claude_workspace\n%claude")
        assert reply["status"] == "ok"
        assert [content["text"] for content in contents if "text" in content] == []


def test_a_new_conversation_can_be_asked_for(kernel: Kernel) -> None:
    """`%claude new` asks for another one."""
    contents, _ = kernel.run("panel = get_ipython().run_line_magic('claude', 'new'); print(panel.new_session)")
    assert [content["text"] for content in contents if "text" in content] == ["True\n"]


def test_a_wrong_word_is_explained(kernel: Kernel) -> None:
    """What `%claude` does not take is refused with what it takes."""
    contents, _ = kernel.run("%claude bogus")
    assert "takes nothing or `new`" in str(contents)


def test_loading_the_extension_is_light(kernel: Kernel) -> None:
    """A kernel imports neither the SDK nor the server for the panel."""
    contents, _ = kernel.run(
        "import sys; heavy = ('claude_agent_sdk', 'jupyter_server', 'tornado.web');"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert [content["text"] for content in contents if "text" in content] == ["[]\n"]


def test_a_shell_without_a_kernel_is_told(tmp_path: Any) -> None:
    """In a terminal's IPython the magic says what it needs instead of failing."""
    code = "magic = get_ipython().run_line_magic; magic('load_ext', 'jupyter_claude_workspace'); magic('claude', '')"
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "needs a notebook" in done.stdout + done.stderr
