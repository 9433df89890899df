"""Every test runs in a home of its own; those with a server run a real one, with the real CLI on the demo model."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_room import TESTS, Play, performing
from hypothesis import settings
from jupyter_server.serverapp import ServerApp
from notebook_stage import Play as PlayNotebook
from notebook_stage import playing, scripted
from server_stage import Stage

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread

pytest_plugins = ("pytest_jupyter.jupyter_server",)

# What would reach a real account or service from a test.
SECRETS = ("ANTHROPIC_", "CLAUDE_", "AWS_", "GOOGLE_", "AZURE_", "CLOUD_ML_", "VERTEX_", "JCW_", "JUPYTERHUB_")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--large`: the sizes that the promises name, instead of those for every push."""
    parser.addoption("--large", action="store_true", help="run the large tests, and the sized ones at full size")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker; say how examples are made.

    None is timed, since no test asserts a time. Every run tries the same ones, so that a change is judged by what it
    changes; `--large` looks for new ones.
    """
    settings.register_profile("examples", deadline=None, derandomize=not config.getoption("--large"))
    settings.load_profile("examples")
    config.addinivalue_line("markers", "large: minutes long; runs with --large only")
    config.addinivalue_line("markers", "oldest: runs also with the oldest JupyterLab and Notebook (tests/oldest.txt)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the large tests out unless they are asked for."""
    if not config.getoption("--large"):
        large = [item for item in items if item.get_closest_marker("large")]
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if item not in large]


@pytest.fixture
def large(request: pytest.FixtureRequest) -> bool:
    """Whether sized tests run at full size."""
    return bool(request.config.getoption("--large"))


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A home, a Claude folder and a temporary folder of the test's own, and no credentials."""
    for name in list(os.environ):
        if name.startswith(SECRETS):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / ".claude"))
    # Short, because the CLI puts unix sockets there.
    with tempfile.TemporaryDirectory(prefix="jcw-test-", ignore_cleanup_errors=True) as temporary:
        monkeypatch.setenv("TMPDIR", temporary)
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        yield home


@pytest.fixture(autouse=True)
def jp_asyncio_loop(isolated: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
    """The plugin's loop, made after the home: so the server, which is stopped on it, is gone before its folders are."""
    return jp_asyncio_loop


@pytest.fixture
def workspace_config() -> dict[str, Any]:
    """Settings of `ClaudeWorkspace` for the server of this test; override it with a fixture of the same name."""
    return {}


@pytest.fixture
def jp_server_config(workspace_config: dict[str, Any]) -> dict[str, Any]:
    """The extension enabled, on the demo model; a failure to load it fails the test."""
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_claude_workspace": True},
            "reraise_server_extension_failures": True,
        },
        "ClaudeWorkspace": {"demo": "on", **workspace_config},
    }


@pytest.fixture
def stage(
    jp_serverapp: ServerApp,
    http_server_client: Any,
    http_server_port: Any,
    jp_root_dir: Path,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
) -> Iterator[Stage]:
    """The server of this test."""
    made = Stage(
        server=jp_serverapp,
        root=jp_root_dir,
        port=http_server_port[1],
        base_url=jp_base_url,
        token_header=jp_auth_header,
        fetch=http_server_client.fetch,
    )
    yield made
    made.hang_up()


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoThread]:
    """The demo model of tests that run sessions without a web server, with the tests' own scenarios."""
    with DemoThread([SHIPPED, TESTS], pace=400) as made:
        yield made


@pytest.fixture
def play(tmp_path: Path, demo: DemoThread) -> Play:
    """Plays a scene in a room of its own: an engine, a registry and a client."""
    return performing(tmp_path, demo)


@pytest.fixture(scope="module")
def notebook_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoThread]:
    """The demo model with the module's `SCRIPTS`: calls of the notebook's tools."""
    with scripted(tmp_path_factory.mktemp("scripts"), request.module.SCRIPTS) as made:
        yield made


@pytest.fixture
def play_notebook(tmp_path: Path, notebook_model: DemoThread) -> PlayNotebook:
    """What runs a scene in which a session has a notebook in memory."""
    return playing(tmp_path, notebook_model)
