"""The steps that a Binder takes, in its order: the demo answers under a prefix, whatever credentials there are."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from channel_client import ChannelClient

import jupyter_claude_workspace
from jupyter_claude_workspace.demo.command import prepare

REPOSITORY = Path(__file__).parent.parent
BINDER = REPOSITORY / "binder"
PREFIX = "/user/penguin-abc123/"
TOKEN = "binder"
PATIENCE = 90.0  # seconds
NOTEBOOK = "claude-demo/welcome.ipynb"


@contextlib.contextmanager
def started(command: list[str], repository: Path, environment: dict[str, str]) -> Iterator[str]:
    """The server that Binder would start, through `binder/start`; yields its base address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    whole = [
        str(repository / "binder" / "start"), *command, "--ip=127.0.0.1", f"--port={port}", "--no-browser",
        "--allow-root", f"--ServerApp.base_url={PREFIX}", f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.port_retries=0",
    ]  # fmt: skip
    log = Path(environment["HOME"]) / "server.log"
    with log.open("ab") as output:
        server = subprocess.Popen(whole, cwd=repository, env=environment, stdout=output, stderr=output)
    address = f"http://127.0.0.1:{port}{PREFIX}"
    try:
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}api", timeout=2)
                break
            assert server.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < end, log.read_text()[-3000:]
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def ask(address: str, method: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(f"{address}{path}", method=method, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, None if body is None else json.dumps(body).encode()) as answer:
        return json.loads(answer.read())


async def demo_answers(address: str) -> None:
    """The page that opens is the welcome notebook, and a question about it is answered by the demo model."""
    with urllib.request.urlopen(f"{address}?token={TOKEN}") as page:
        assert page.url.split("?")[0] == f"{address}lab/tree/{NOTEBOOK}"
    assert ask(address, "GET", "claude-workspace/api/status")["demo"] is True
    opened = ask(address, "POST", "claude-workspace/api/sessions", {"notebook": NOTEBOOK})
    assert opened["socket_url"].startswith(PREFIX)
    url = "ws://" + address.removeprefix("http://").removesuffix(PREFIX) + opened["socket_url"]
    channel = await ChannelClient.open(url, {"Authorization": f"token {TOKEN}"})
    await channel.turn("hello")
    assert "demo model" in " ".join(frame["text"] for frame in channel.frames if frame["type"] == "message")
    channel.close()


def bare(home: Path, **more: str) -> dict[str, str]:
    """An environment as in a container: a home, a PATH, and credentials that somebody left there."""
    return {"HOME": str(home), "ANTHROPIC_API_KEY": "sk-ant-not-a-key", "TMPDIR": os.environ["TMPDIR"], **more}


def test_binder_s_files_fit_together(tmp_path: Path) -> None:
    """The programs can be run, the Python is one that the package allows, and no more is installed than it needs."""
    assert sorted(path.name for path in BINDER.iterdir()) == [
        "jupyter_server_config.json", "postBuild", "runtime.txt", "start",
    ]  # fmt: skip
    for name in ("postBuild", "start"):
        assert os.access(BINDER / name, os.X_OK), name
        subprocess.run(["bash", "-n", str(BINDER / name)], check=True)
    python = re.fullmatch(r"python-3\.(\d+)", (BINDER / "runtime.txt").read_text().strip())
    project = (REPOSITORY / "pyproject.toml").read_text()
    floor = re.search(r'requires-python = ">=3\.(\d+)"', project)
    assert python is not None
    assert floor is not None
    assert int(python[1]) >= int(floor[1])
    assert not re.search(r"\[(test|dev)", (BINDER / "postBuild").read_text())
    home = tmp_path / "binder-home"
    code = "import os, sys; print(os.environ['JUPYTER_CONFIG_PATH'], *sys.argv)"
    environment = bare(home, PATH=os.environ["PATH"], JUPYTER_CONFIG_PATH="/etc/other")
    command = [str(BINDER / "start"), sys.executable, "-c", code, "a b"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout == f"{BINDER}:/etc/other -c a b\n"


@pytest.mark.parametrize("program", ["lab", "notebook"])
async def test_start_turns_the_demo_on(program: str, tmp_path: Path) -> None:
    """Whichever server Binder starts, it opens the welcome notebook on the demo model."""
    home = tmp_path / "binder-home"
    home.mkdir()
    copy = tmp_path / "repository"
    shutil.copytree(BINDER, copy / "binder")
    prepare(copy / "claude-demo")
    package = str(Path(jupyter_claude_workspace.__file__).parent.parent)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with started(
        [sys.executable, "-m", f"jupyter{program}" if program == "lab" else program],
        copy,
        bare(home, PATH=path, PYTHONPATH=package),
    ) as address:
        await demo_answers(address)


@pytest.mark.large
@pytest.mark.timeout(1200)
async def test_a_binder_is_built_and_answers(tmp_path: Path) -> None:
    """From a clean checkout and Python, the steps end in a server that answers; what only the build needs is gone."""
    copy, home, clean = tmp_path / "repository", tmp_path / "binder-home", tmp_path / "python"
    home.mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (REPOSITORY / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, copy / name)
    venv.create(clean, with_pip=True)
    environment = bare(home, PATH=f"{clean / 'bin'}:{os.environ['PATH']}")
    passed_on = {
        name: value
        for name, value in os.environ.items()
        if name.lower().endswith(("_proxy", "_ca_certs")) or name.startswith(("PIP_", "SSL_"))
    }
    subprocess.run([str(copy / "binder" / "postBuild")], env={**environment, **passed_on}, check=True)

    assert not (copy / "js" / "node_modules").exists()
    assert (copy / NOTEBOOK).is_file()
    installed = subprocess.run([clean / "bin" / "pip", "list"], capture_output=True, text=True, check=True).stdout
    assert "jupyter_claude_workspace" in installed
    assert not re.search(r"^(pytest|ruff|mypy|playwright|nodejs)", installed, re.MULTILINE)
    plugin = clean / "share" / "jupyter" / "labextensions" / "jupyter-claude-workspace" / "package.json"
    assert json.loads(plugin.read_text())["jupyterlab"]["_build"]["extension"] == "./extension"
    with started(["jupyter", "lab"], copy, environment) as address:
        await demo_answers(address)
