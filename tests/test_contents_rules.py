"""A notebook is there for us exactly where it is there for /api/contents."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from answers import refusal
from server_stage import Stage
from test_rest import OneNotebook

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
FOLDERS = ["", "a", "a/b", ".hidden", "a/.hidden", "Ünïcode and space", "x.ipynb", "a+b%2f", ".ipynb_checkpoints"]
NAMES = ["n.ipynb", ".n.ipynb", "t.txt", "n.ipynb~", "100%.ipynb", "e\u0301.ipynb", "broken.ipynb", "folder.ipynb"]
SPELLINGS = ["{}", "/{}", "{}/", "./{}"]


def planted(root: Path) -> list[str]:
    """A tree with notebooks in all of these folders; more than 200 paths, to things that are there and that are not."""
    for folder in FOLDERS:
        place = root / folder
        place.mkdir(parents=True, exist_ok=True)
        for name in NAMES[:-1]:
            (place / name).write_text("no notebook" if name == "broken.ipynb" else NOTEBOOK)
        (place / NAMES[-1]).mkdir()
    (root / "inner").symlink_to(root / "a")
    (root / "loop").symlink_to(root / "loop")
    (root / "link.ipynb").symlink_to(root / "a" / "n.ipynb")
    (root / "veiled.ipynb").symlink_to(root / ".hidden" / "n.ipynb")
    (root / "dangling.ipynb").symlink_to(root / "none.ipynb")
    whole = [f"{folder}/{name}".lstrip("/") for folder, name in itertools.product([*FOLDERS, "none"], [*NAMES, "x"])]
    links = ["inner/n.ipynb", "inner/.n.ipynb", "inner/b/n.ipynb", "loop", "loop/n.ipynb", "link.ipynb", "veiled.ipynb"]
    paths = [*whole, *links, "dangling.ipynb", "A/N.IPYNB", "a/é.ipynb", "a\\n.ipynb"]
    return [
        SPELLINGS[(number + turn) % len(SPELLINGS)].format(path) for number, path in enumerate(paths) for turn in (0, 1)
    ]


async def compare(stage: Stage) -> tuple[int, int]:
    """How many paths were looked at, and how many of them are notebooks."""
    seen = there = 0
    for spelled in planted(stage.root):
        url = f"{stage.base_url}api/contents/{quote(spelled.strip('/'))}"
        theirs = await stage.request("GET", url, params={"content": "0"})
        is_notebook = theirs.code == 200 and json.loads(theirs.body)["type"] == "notebook"
        ours = await stage.ask("GET", "api/agents", params={"notebook": spelled})
        assert ours.code == (200 if is_notebook else 404), (spelled, theirs.code, ours.code)
        if seen % 4 == 0:
            made = await stage.ask("POST", "api/agent-files/import", FILE, params={"notebook": spelled})
            assert made.code == ours.code, spelled
        seen, there = seen + 1, there + is_notebook
    return seen, there


FILE = {"filename": "a.md", "text": "---\nname: a\ndescription: b\n---\nc"}


async def test_hidden_is_hidden(stage: Stage) -> None:
    """With Jupyter's usual rules."""
    seen, there = await compare(stage)

    assert seen >= 200
    assert 40 < there < seen / 2


class TestHiddenFilesAllowed:
    """A server that shows hidden files."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ContentsManager"] = {"allow_hidden": True}
        return jp_server_config

    async def test_hidden_is_shown(self, stage: Stage) -> None:
        """Then hidden notebooks are there for us, too."""
        seen, there = await compare(stage)

        assert seen >= 200
        assert 80 < there < seen


class TestNotebooksThatAreNoFiles:
    """A server whose notebooks are not in the file system."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ServerApp"]["contents_manager_class"] = OneNotebook
        return jp_server_config

    async def test_every_door_says_why(self, stage: Stage) -> None:
        """There are no agents and no sessions next to such a notebook, and the refusal says why."""
        query = {"notebook": "analysis.ipynb"}
        answers = [
            await stage.ask("GET", "api/agents", params=query),
            await stage.ask("GET", "api/agents/a/export", params=query),
            await stage.ask("POST", "api/agent-files/import", FILE, params=query),
            await stage.ask("POST", "api/agents/create-session", query),
        ]

        for answer in answers:
            assert "outside of the file system" in refusal(answer, 400, "bad_request")
