"""Agents are next to notebooks that /api/contents shows, and nowhere else, whatever the names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from answers import refusal
from hostile_names import hostile_names
from jupyter_server.services.contents.manager import AsyncContentsManager
from notebook_agents import LEAST, NEW, Folder
from server_stage import Stage

from jupyter_claude_workspace.web.notebooks import normal


def everything(folder: Path) -> dict[str, bytes | None]:
    """All that lies below a folder."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


@pytest.mark.timeout(900)
async def test_hostile_names_lead_nowhere(stage: Stage, large: bool) -> None:
    """No made-up name reads, writes or deletes anything, be it an agent's or a notebook's; each is a 400 or 404."""
    outside = stage.root.parent / "outside"
    outside.mkdir()
    for name in ("secret", "secret.agent.json", "secret.ipynb"):
        (outside / name).write_text(json.dumps({**LEAST, "name": "secret", "prompt": "SECRET"}))
    folder = Folder(stage, "sub/analysis.ipynb")
    (stage.root / "sub" / ".hidden.agent.json").write_text(json.dumps({**LEAST, "prompt": "SECRET"}))
    before = {**everything(outside), **everything(stage.root)}
    names = [name for name in hostile_names("outside/secret") if name]  # none at all: Jupyter's redirect to the list
    assert len(names) >= 500

    for number, name in enumerate(names):
        path = f"/{quote(name, safe='')}"
        answers = [await folder.ask("GET", path), await folder.put({**LEAST, "name": name}, None, path[1:])]
        wanted = (name, f"{name}.ipynb", f"sub/{name}")
        answers += [await stage.ask("GET", "api/agents", params={"notebook": each}) for each in wanted]
        if large or number % 8 == 0:
            answers += [
                await folder.ask("DELETE", path, If_Match='"x"'),
                await folder.ask("POST", f"{path}/accept", {}, If_Match='"x"'),
                await stage.ask(
                    "PUT", "api/agents/new", {**LEAST, "name": "new"}, params={"notebook": name}, headers=NEW
                ),
            ]
        for answer in answers:
            assert answer.code in {400, 404, 405}, (name, answer.code, answer.effective_url)
            assert b"SECRET" not in answer.body

    assert {**everything(outside), **everything(stage.root)} == before


async def test_hidden_notebooks_have_no_agents(stage: Stage) -> None:
    """What /api/contents does not show has no agents either; with `allow_hidden` it has."""
    folder = Folder(stage, ".secret/x.ipynb")
    (folder.place / "reviewer.agent.json").write_text(json.dumps(LEAST))

    refusal(await folder.ask("GET"), 404, "notebook_unknown")
    refusal(await folder.put(LEAST, None), 404, "notebook_unknown")
    stage.server.contents_manager.allow_hidden = True
    assert [each["name"] for each in await folder.list()] == ["reviewer"]


PLACES = [
    "a.ipynb", "x.y.ipynb", "sub/b.ipynb", "sub/ü ñ.ipynb", "sub/日本.ipynb", "sub/with space.ipynb", "sub/100%.ipynb",
    "sub/a+b&c=d.ipynb", "sub/e\u0301.ipynb", ".h.ipynb", ".d/x.ipynb", "sub/.d/e/x.ipynb", "sub/..x.ipynb", "~x.ipynb",
    "text.txt", "noending", "deep/" * 20 + "x.ipynb",
]  # fmt: skip


@pytest.mark.timeout(900)
async def test_agents_are_next_to_the_notebooks_that_jupyter_shows(stage: Stage, large: bool) -> None:
    """For 200 and more paths, hidden files shown or not, there are agents where /api/contents has a notebook."""
    for place in PLACES:
        stage.notebook(place)
    (stage.root / "folder.ipynb").mkdir()
    (stage.root / "sub" / "inner").symlink_to(stage.root / "deep")
    (stage.root / "gone.ipynb").symlink_to(stage.root / "nothing.ipynb")
    paths = [
        *PLACES,
        "folder.ipynb",
        "sub/inner/" + "deep/" * 19 + "x.ipynb",
        "gone.ipynb",
        "sub/./b.ipynb",
        "sub//b.ipynb",
    ]
    paths += hostile_names() if large else hostile_names()[::7]
    shown = 0

    for allowed in (False, True):
        stage.server.contents_manager.allow_hidden = allowed
        for path in paths:
            jupyter = await stage.request("GET", f"{stage.base_url}api/contents/{quote(normal(path))}?content=0")
            ours = await stage.ask("GET", "api/agents", params={"notebook": path})
            there = jupyter.code == 200 and json.loads(jupyter.body)["type"] == "notebook"
            assert (ours.code == 200) == there, (path, allowed, jupyter.code, ours.code)
            shown += there

    assert len(paths) * 2 >= 200
    assert shown > len(PLACES)


async def test_without_a_notebook(stage: Stage) -> None:
    """A request that names none is told how."""
    assert "notebook" in refusal(await stage.ask("GET", "api/agents"), 400, "bad_request")
    refusal(await stage.ask("GET", "api/agents", params={"notebook": ""}), 404, "notebook_unknown")


class Remote(AsyncContentsManager):
    """A contents manager whose notebooks are no files."""

    async def get(self, path: str, content: bool = True, type: str | None = None, format: str | None = None) -> Any:
        """Everything is a notebook."""
        return {"type": "notebook", "path": path}


async def test_notebooks_that_are_no_files_have_no_agents(stage: Stage) -> None:
    """A contents manager that keeps notebooks elsewhere is answered with what to do."""
    stage.server.web_app.settings["contents_manager"] = Remote()

    answer = await stage.ask("GET", "api/agents", params={"notebook": "x.ipynb"})

    assert "outside of the file system" in refusal(answer, 400, "bad_request")
