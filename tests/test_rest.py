"""Sessions over REST: made and found."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

import psutil
import pytest
from answers import refusal, told
from jupyter_server.services.contents.manager import AsyncContentsManager
from server_stage import Stage

from jupyter_claude_workspace.web.handler import MAX_BODY_BYTES


@pytest.mark.parametrize(("given", "context"), [({}, "agent-create"), ({"context": "workspace"}, "workspace")])
async def test_create_session(stage: Stage, given: dict[str, str], context: str) -> None:
    """A session is made for a notebook in either context, and the paths to its channel and page lead there."""
    notebook = stage.notebook("deep/er/analysis ü.ipynb")

    made = told(await stage.ask("POST", "api/agents/create-session", {"notebook": notebook, **given}), 201)

    assert set(made) == {"session_id", "context", "notebook", "socket_url", "page_url"}
    assert (made["context"], made["notebook"]) == (context, notebook)
    assert str(uuid.UUID(made["session_id"])) == made["session_id"]
    assert made["socket_url"] == f"/a%40b/claude-workspace/api/sessions/{made['session_id']}/channel"
    assert made["page_url"] == f"/a%40b/claude-workspace/workspace?session={made['session_id']}"
    page = await stage.request("GET", made["page_url"])
    assert f'data-context="{context}"' in page.body.decode()
    channel = await stage.channel(made["session_id"])
    welcome = await channel.wait("welcome")
    assert (welcome["context"], welcome["notebook"], welcome["demo"]) == (context, notebook, True)


async def test_create_session_always_makes_a_new_one(stage: Stage) -> None:
    """Asked twice for the same notebook, it makes two sessions."""
    notebook = stage.notebook()
    first, second = await stage.create(notebook), await stage.create(notebook)

    assert first != second


async def test_a_new_session_gets_ready_by_itself(stage: Stage) -> None:
    """The process starts when the session is made, before anybody looks or prompts."""
    session_id = await stage.create()

    state = ""
    while state != "ready":
        found = told(await stage.ask("GET", f"api/sessions/{session_id}"))
        assert found["state"] in {"waking", "ready"}
        state = found["state"]
    assert found["process"] is True
    assert found["pid"] != os.getpid()
    assert psutil.pid_exists(found["pid"])


async def test_open_session_finds_what_there_is(stage: Stage) -> None:
    """A notebook's newest session of a context is given (200); where there is none, or `new` asks, a new one (201)."""
    notebook = stage.notebook()
    one = told(await stage.ask("POST", "api/sessions", {"notebook": notebook}), 201)

    again = told(await stage.ask("POST", "api/sessions", {"notebook": f"/./sub//../{notebook}"}), 200)
    new = told(await stage.ask("POST", "api/sessions", {"notebook": notebook, "new": True}), 201)
    agent = told(await stage.ask("POST", "api/sessions", {"notebook": notebook, "context": "agent-create"}), 201)
    newest = told(await stage.ask("POST", "api/sessions", {"notebook": notebook}), 200)

    assert again["session_id"] == one["session_id"]
    assert len({one["session_id"], new["session_id"], agent["session_id"]}) == 3
    assert newest["session_id"] == new["session_id"]
    assert (one["context"], agent["context"]) == ("workspace", "agent-create")


async def test_a_kernel_names_its_notebook_as_it_is_called_now(stage: Stage, echo_kernel_spec: str) -> None:
    """A session is found by the kernel's id, and after the notebook was renamed by its new name."""
    notebook = stage.notebook("old.ipynb")
    started = await stage.request(
        "POST",
        f"{stage.base_url}api/sessions",
        {"path": notebook, "name": "", "type": "notebook", "kernel": {"name": "echo"}},
    )
    jupyter = told(started, 201)
    kernel = jupyter["kernel"]["id"]

    before = told(await stage.ask("POST", "api/sessions", {"kernel": kernel}), 201)
    (stage.root / "old.ipynb").rename(stage.root / "new.ipynb")
    await stage.request("PATCH", f"{stage.base_url}api/sessions/{jupyter['id']}", {"path": "new.ipynb"})
    after = told(await stage.ask("POST", "api/sessions", {"kernel": kernel, "new": True}), 201)

    assert before["notebook"] == "old.ipynb"
    assert after["notebook"] == "new.ipynb"
    unknown = await stage.ask("POST", "api/sessions", {"kernel": str(uuid.uuid4())})
    refusal(unknown, 404, "notebook_unknown")


def no_notebooks(root: Path) -> list[str]:
    """Paths at which there is no notebook that a person may see, with things of that name around."""
    outside = root.parent / "outside"
    outside.mkdir()
    empty = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    for place in (root / ".hidden" / "x.ipynb", root / ".x.ipynb", outside / "x.ipynb", root / "folder.ipynb" / "y"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(empty)
    (root / "text.txt").write_text("no notebook")
    (root / "link").symlink_to(outside)
    sibling = root.with_name(root.name + "-sibling")
    sibling.mkdir()
    (sibling / "x.ipynb").write_text(empty)
    return [
        "missing.ipynb", "text.txt", "folder.ipynb", "folder.ipynb/", "/", ".", "..", "../outside/x.ipynb",
        "a/../../outside/x.ipynb", "..%2Foutside/x.ipynb", "..\\outside\\x.ipynb", str(outside / "x.ipynb"),
        f"../{sibling.name}/x.ipynb", f"../{root.name}-sibling/x.ipynb", "link/x.ipynb", ".hidden/x.ipynb", ".x.ipynb",
        "x.ipynb\x00", "\x00", "nul\x00.ipynb", "line\nbreak.ipynb", "a" * 300 + ".ipynb", "/".join(["deep"] * 800),
        "C:\\x.ipynb", "C:/x.ipynb", "\\\\host\\share\\x.ipynb", "file:///etc/passwd", "~/x.ipynb", "$HOME/x.ipynb",
        "RTC:x.ipynb", "x.ipynb:stream", "CON", "ﬁ.ipynb", "‮bpnyi.ipynb", "🦀.ipynb",
    ]  # fmt: skip


async def test_only_notebooks_that_jupyter_shows_get_a_session(stage: Stage) -> None:
    """Missing, hidden, outside, unspeakable: each is answered like a missing notebook, and nothing is started."""
    for path in no_notebooks(stage.root):
        for route in ("api/sessions", "api/agents/create-session"):
            refusal(await stage.ask("POST", route, {"notebook": path}), 404, "notebook_unknown")

    assert told(await stage.ask("GET", "api/sessions"))["sessions"] == []


BAD_BODIES: list[Any] = [
    "", "{", "null", "[]", '"x"', "1", "{}", b"\xff\xfe", '{"notebook": NaN}', {"notebook": ""}, {"notebook": 5},
    {"notebook": ["a.ipynb"]}, {"notebook": None}, {"notebook": "a" * 5000}, {"notebook": "a.ipynb", "context": "root"},
    {"notebook": "a.ipynb", "unknown": 1}, {"notebook": "a.ipynb", "sender": "root"}, '{"notebook": "\\ud800"}',
    "[" * 20_000,
]  # fmt: skip


@pytest.mark.parametrize("route", ["api/sessions", "api/agents/create-session"])
async def test_bad_bodies_are_refused(stage: Stage, route: str) -> None:
    """A body that is not of the documented form is a 400 that says where, never a 500."""
    stage.notebook("a.ipynb")
    special: list[Any] = [
        {"notebook": "a.ipynb", "new": "yes"},
        {"notebook": "a.ipynb", "kernel": "k"},
        {"kernel": ""},
    ]
    if route.endswith("create-session"):
        special = [
            {"notebook": "a.ipynb", "agent": "../x"},
            {"notebook": "a.ipynb", "model": "--dangerous"},
            {"notebook": "a.ipynb", "model": "x" * 201},
        ]

    for body in BAD_BODIES + special:
        refusal(await stage.ask("POST", route, body), 400, "bad_request")

    huge = {"notebook": "a.ipynb", "padding": "x" * MAX_BODY_BYTES}
    refusal(await stage.ask("POST", route, huge), 413, "too_large")


class TestLimits:
    """A server with room for one session."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"max_sessions": 1}

    async def test_too_many_sessions(self, stage: Stage) -> None:
        """Beyond the cap, a session is refused with 429 and words."""
        await stage.create()

        answer = await stage.ask("POST", "api/sessions", {"notebook": stage.notebook(), "new": True})

        refusal(answer, 429, "too_many_sessions")


class OneNotebook(AsyncContentsManager):
    """Keeps one notebook, which is no file."""

    async def get(
        self, path: str, content: bool = True, type: str | None = None, format: str | None = None
    ) -> dict[str, Any]:
        return {"name": path, "path": path, "type": "notebook", "writable": True, "content": None}

    async def is_hidden(self, path: str) -> bool:
        return False


class TestWithoutFiles:
    """A server whose notebooks are no files."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ServerApp"]["contents_manager_class"] = OneNotebook
        return jp_server_config

    async def test_no_folder_no_session(self, stage: Stage) -> None:
        """Without a folder to work in there is no session, and the refusal says why."""
        message = refusal(await stage.ask("POST", "api/sessions", {"notebook": "analysis.ipynb"}), 400, "bad_request")

        assert "outside of the file system" in message
