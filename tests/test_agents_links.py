"""Links that come and go under a reader's and a writer's hands lead nobody out of the folder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from agent_servers import FILE, WRITER
from agent_writer import NAME, agent
from answers import told
from load import report
from server_stage import Stage

from jupyter_claude_workspace.agents.store import ANY, AgentFolder
from jupyter_claude_workspace.errors import WorkspaceError

SECRET = {"name": NAME, "description": "SECRET", "prompt": "SECRET"}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that nothing here may reach, with a notebook and an agent of the names that are asked for."""
    place = tmp_path.resolve() / "outside"
    place.mkdir()
    (place / FILE).write_text(json.dumps(SECRET))
    (place / "x.ipynb").write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return place


def untouched(outside: Path) -> bool:
    """Whether it is as it was."""
    names = sorted(path.name for path in outside.iterdir())
    return names == sorted([FILE, "x.ipynb"]) and json.loads((outside / FILE).read_text()) == SECRET


@contextmanager
def flipping(parent: Path, name: str, target: Path, times: int) -> Iterator[Callable[[], bool]]:
    """Another process swaps `name` for a link to `target` and back; yields whether it still does."""
    command = [*WRITER, str(parent), "flip", name, f".{name}.away", str(target), str(times)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield lambda: process.poll() is None
        assert process.communicate(timeout=120)[0].strip() == "done"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_that_comes_and_goes_is_never_followed(
    tmp_path: Path, outside: Path, what: str, large: bool, request: pytest.FixtureRequest
) -> None:
    """While the file, or its folder, is swapped for a link (1,000 times; 10,000 with --large), all stays inside."""
    place = tmp_path.resolve() / "notebooks"
    place.mkdir()
    folder = AgentFolder(place)
    folder.save(agent(1), expect=None)
    parent, name, target = (place, FILE, outside / FILE) if what == "file" else (place.parent, "notebooks", outside)
    looks = saves = refused = 0

    with flipping(parent, name, target, 10_000 if large else 1_000) as on:
        while on():
            for entry in folder.entries():
                looks += 1
                assert "SECRET" not in str(entry)
            try:
                assert "SECRET" not in str(folder.entry(NAME))
                looks += 1
                folder.save(agent(2), expect=ANY)
                saves += 1
            except WorkspaceError:
                refused += 1

    report(request, f"{looks} looks, {saves} saves, {refused} refusals while links came and went; none led outside")
    assert untouched(outside)
    assert looks > 0
    assert refused > 0


async def test_a_folder_that_becomes_a_link_under_a_request(stage: Stage, outside: Path, large: bool) -> None:
    """Whatever a notebook's folder is at the moment, no answer shows and no save reaches what lies outside the root."""
    (stage.root / "sub").mkdir()
    notebook = stage.notebook("sub/x.ipynb")
    AgentFolder((stage.root / "sub").resolve()).save(agent(1), expect=None)
    codes = set()

    with flipping(stage.root, "sub", outside, 10_000 if large else 1_000) as on:
        while on():
            got = await stage.ask("GET", "api/agents", params={"notebook": notebook})
            codes.add(got.code)
            assert b"SECRET" not in got.body
            body = {"name": "new", "description": "new", "prompt": "new"}
            put = await stage.ask(
                "PUT", "api/agents/new", body, params={"notebook": notebook}, headers={"If-None-Match": "*"}
            )
            codes.add(put.code)
            assert not (outside / "new.agent.json").exists()
            (stage.root / "sub" / "new.agent.json").unlink(missing_ok=True)

    assert untouched(outside)
    assert codes <= {200, 201, 404, 409, 507}
    assert [
        each["name"] for each in told(await stage.ask("GET", "api/agents", params={"notebook": notebook}))["agents"]
    ]
