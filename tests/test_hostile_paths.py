"""Paths and names that lead elsewhere: nothing outside of the root is read or written, and there is never a 500."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from answers import told
from channel_client import ChannelClient
from hostile_names import hostile_names
from server_stage import Stage

from jupyter_claude_workspace.agents.model import NAME

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
AGENT = json.dumps({"name": "secret", "description": "d", "prompt": "CANARY"})
MARKDOWN = "---\nname: a\ndescription: b\n---\nc"
_seen: list[str] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is not None and event in ("open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove"):
        _seen.extend(str(each) for each in arguments if isinstance(each, (str, bytes, Path)))


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """What this process, in which the server runs, opens, lists, makes, renames and removes meanwhile."""
    global _seen  # noqa: PLW0603 - an audit hook cannot be taken back
    _seen = found = []
    try:
        yield found
    finally:
        _seen = None


@pytest.fixture
def outside(stage: Stage) -> Path:
    """A notebook and an agent beside the root, under names that the corpus leads to, and the root's own notebook."""
    made = stage.root.parent / "outside"
    made.mkdir()
    for name, text in (("secret", NOTEBOOK), ("secret.ipynb", NOTEBOOK), ("secret.agent.json", AGENT)):
        (made / name).write_text(text)
    (stage.root / "way").symlink_to(made)
    stage.notebook("analysis.ipynb")
    return made


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


async def ask(stage: Stage, route: int, path: str) -> int:
    """One of the doors that a notebook's path goes through; the status of the answer."""
    query = {"notebook": path}
    if route == 0:
        answer = await stage.ask("POST", "api/agents/create-session", query)
    elif route == 1:
        answer = await stage.ask("POST", "api/sessions", {**query, "context": "agent-create"})
    elif route == 2:
        answer = await stage.ask("GET", "api/agents", params=query)
    elif route == 3:
        answer = await stage.ask("GET", "api/agents/secret/export", params=query)
    else:
        asked = {"filename": "a.md", "text": MARKDOWN}
        answer = await stage.ask("POST", "api/agent-files/import", asked, params=query)
    assert b"CANARY" not in answer.body
    assert b"Traceback" not in answer.body
    return answer.code


def all_paths() -> list[str]:
    names = hostile_names("outside/secret")
    more = [f"{name}.ipynb" for name in names] + ["way/secret.ipynb", "./way/../way/secret.ipynb"]
    return [*names, *more]


async def test_no_path_leads_out_of_the_root(stage: Stage, outside: Path, large: bool) -> None:
    """More than 500 paths, each through a door or (large) all of them: 400 or 404, and nothing outside is touched."""
    paths = all_paths()
    before, root = tree(outside), sorted(stage.root.iterdir())

    with watched() as opened:
        for number, path in enumerate(paths):
            for route in range(5) if large else (number % 5,):
                code = await ask(stage, route, path)
                assert code in (400, 404), (code, route, path)
        listed = told(await stage.ask("GET", "api/sessions"))["sessions"]
        touched = list(opened)
        (outside / "secret").read_bytes()

    assert len(opened) > len(touched)  # so it would have been seen
    assert len(paths) > 1_000
    assert listed == []
    assert [path for path in touched if "outside" in path and "secret" in path] == []
    assert tree(outside) == before
    assert sorted(stage.root.iterdir()) == root


async def test_no_file_s_name_leads_anywhere(stage: Stage, outside: Path) -> None:
    """More than 500 names: of an agent to export, an unknown one; of a file to import, a word that tells its form."""
    names = hostile_names("outside/secret")
    before, root = tree(outside), sorted(stage.root.iterdir())
    read = 0

    with watched() as opened:
        for name in names:
            params = {"notebook": "analysis.ipynb"}
            exported = await stage.ask("GET", f"api/agents/{quote(name, safe='')}/export", params=params)
            asked = {"filename": f"{name}.md", "text": MARKDOWN.replace("name: a", "x: y")}
            imported = await stage.ask("POST", "api/agent-files/import", asked, params=params)
            assert exported.code in (400, 404), name
            assert imported.code in (200, 400), name
            if imported.code == 200:
                read += 1
                assert NAME.fullmatch(told(imported)["agent"]["name"])

    assert read > 500
    assert [path for path in opened if "outside" in path and "secret" in path] == []
    assert tree(outside) == before
    assert sorted(stage.root.iterdir()) == root


async def test_names_of_attachments_are_words(stage: Stage, outside: Path) -> None:
    """More than 500 names of attachments are shown as they are, and told to the model; none becomes a path."""
    names = [name for name in hostile_names("outside/secret") if len(name) <= 255]
    names += ["@../outside/secret", "a @../outside/secret b", "@way/secret", "`\n@../outside/secret"]
    channel = await stage.channel(await stage.create())
    asked: list[str] = []
    stage.demo_model.asking = lambda _name, _attempt, body: asked.append(json.dumps(body, ensure_ascii=False))
    before, root = tree(outside), sorted(stage.root.iterdir())

    with watched() as opened:
        shown = []
        for start in range(0, len(names), 20):
            shown += await attached(channel, names[start : start + 20])

    assert len(shown) > 500
    assert shown == names
    # The model reads the names, in the last request all of them.
    assert all(json.dumps(f"`{name}`", ensure_ascii=False)[1:-1] in asked[-1] for name in names if "`" not in name)
    assert [path for path in opened if "outside" in path and "secret" in path] == []
    assert tree(outside) == before
    assert sorted(stage.root.iterdir()) == root
    assert not [path for path in stage.data.rglob("*") if "secret" in path.name]


async def attached(channel: ChannelClient, names: list[str]) -> list[str]:
    """A turn with attachments of these names and no words; the names as the channel tells them."""
    prompt, start = str(uuid.uuid4()), len(channel.frames)
    attachments = [{"name": name, "content": {"kind": "text", "text": "x"}} for name in names]
    await channel.send({"type": "prompt", "id": prompt, "prompt": prompt, "text": "", "attachments": attachments})
    begun = await channel.wait("turn_started", after=start)
    await channel.wait("turn_ended", after=start)
    return [each["name"] for each in begun["attachments"]]


@pytest.mark.parametrize("text", ["", "Look."])
async def test_an_attached_file_reads_in_no_other(stage: Stage, text: str) -> None:
    """Where a file's text or name says `@path`, that is not a mention of the person's, and nothing is read in."""
    (stage.root / "inside.txt").write_text("CANARY-INSIDE")
    channel = await stage.channel(await stage.create())
    asked: list[str] = []
    stage.demo_model.asking = lambda _name, _attempt, body: asked.append(json.dumps(body))
    prompt = str(uuid.uuid4())
    attachment = {"name": "a @inside.txt b", "content": {"kind": "text", "text": "see @inside.txt and\n@inside.txt\n"}}
    frame = {"type": "prompt", "id": prompt, "prompt": prompt, "text": text, "attachments": [attachment]}

    await channel.send(frame)
    await channel.wait("turn_ended")
    attached_only = "".join(asked)
    await channel.turn("see @inside.txt")

    assert "@inside.txt" in attached_only
    assert "CANARY-INSIDE" not in attached_only
    assert "CANARY-INSIDE" in asked[-1]
