"""Who decides about an edit of the notebook: the person, a mode of theirs, or a rule, and never Claude Code alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_room import Client, Room
from notebook_stage import NOTEBOOK, Call, Play, call, edit, of, told, until_asked, until_over
from plain_notebooks import PlainNotebooks

from jupyter_claude_workspace.protocol.content import Rule
from jupyter_claude_workspace.protocol.frames import (
    Configure,
    Question,
    ToolFinished,
    ToolStarted,
)

RULE = Rule(tool=f"{NOTEBOOK}edit_cells")
READ = call("read_notebook")
CHANGE = edit({"action": "edit", "cell": "aa", "old": "1", "new": "2"})
AGAIN = edit({"action": "edit", "cell": "aa", "old": "2", "new": "3"})
APPEND = edit({"action": "insert", "source": "new = True"})
SCRIPTS: dict[str, list[Call]] = {
    "reads-and-edits": [READ, CHANGE],
    "edits": [CHANGE],
    "edits-again": [AGAIN],
    "edits-and-appends": [READ, CHANGE, APPEND],
    "appends": [APPEND],
}


def test_a_rule_for_the_session_lets_edits_land(play_notebook: Play) -> None:
    """Allowed for the session, the next edits land unasked; they are still refused where a cell changed."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        start = len(client.frames)
        question = await until_asked(client, "demo: reads-and-edits")
        await client.answer(question, "allow_session", rule=RULE)
        await until_over(client, start)
        frames = await client.ask("demo: edits-again")
        assert notebooks.source("aa") == "x = 3"
        assert not of(frames, Question)
        assert of(frames, ToolFinished)[0].detail["cells"][0]["source"] == "x = 3"
        notebooks.type_into("aa", "x = 2  # mine")
        ((outcome, _),) = told(await client.ask("demo: edits-again"))
        assert outcome == "failed"
        assert notebooks.source("aa") == "x = 2  # mine"

    play_notebook(scene)


def test_modes_decide(play_notebook: Play) -> None:
    """In accept-edits mode an edit lands unasked; in plan mode none does, and Claude is told why."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        await client.post(Configure(type="configure", mode="acceptEdits"))
        landed = await client.ask("demo: edits-and-appends")
        assert notebooks.source("aa") == "x = 2"
        assert not of(landed, Question)
        assert len(of(landed, ToolFinished)[2].detail["cells"]) == 1
        await client.post(Configure(type="configure", mode="plan"))
        ((outcome, said),) = told(await client.ask("demo: edits-again"))
        assert outcome in ("denied", "failed")
        assert "plan mode" in said
        assert notebooks.source("aa") == "x = 2"
        await client.post(Configure(type="configure", mode="default"))
        assert len(of(await client.ask("demo: edits-again"), Question)) == 1
        assert notebooks.source("aa") == "x = 3"

    play_notebook(scene)


def test_where_no_tool_asks_edits_land(play_notebook: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the mode in which Claude Code does not ask, an edit lands, with what it did on its card."""
    monkeypatch.setenv("IS_SANDBOX", "1")  # else Claude Code has no such mode for root, whom a container may run as

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        await client.post(Configure(type="configure", mode="bypassPermissions"))
        frames = await client.ask("demo: edits-and-appends")
        assert not of(frames, Question)
        assert notebooks.source("aa") == "x = 2"
        assert [frame.detail["cells"][0]["action"] for frame in of(frames, ToolFinished)[1:]] == ["replace", "insert"]

    play_notebook(scene, allow_bypass=True)


def test_claude_codes_own_rules_do_not_decide(play_notebook: Play, isolated: Path) -> None:
    """Where the person's Claude Code is told not to ask about our tools, an edit is asked about all the same."""
    settings = isolated / ".claude" / "settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"permissions": {"allow": ["mcp__notebook"]}}))

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        start = len(client.frames)
        question = await until_asked(client, "demo: reads-and-edits")
        await client.answer(question, "deny", message="Not now.")
        _, (outcome, said) = told(await until_over(client, start))
        assert outcome in ("denied", "failed")
        assert "Not now." in said
        assert not notebooks.edits
        await client.ask("demo: edits")
        assert notebooks.source("aa") == "x = 2"

    play_notebook(scene)


def test_no_change_without_a_decision(play_notebook: Play, large: bool) -> None:
    """Of many calls in a row each change in the notebook has its own yes, and each no leaves it as it was."""
    rounds = 60 if large else 6

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        allowed = 0
        for number in range(rounds):
            start = len(client.frames)
            question = await until_asked(client, "demo: appends")
            before = len(notebooks.edits)
            assert before == allowed
            yes = number % 3 == 0
            await client.answer(question, "allow" if yes else "deny")
            frames = await until_over(client, start)
            allowed += yes
            assert len(notebooks.edits) == allowed
            calls = {frame.tool for frame in of(frames, ToolStarted)}
            assert {frame.tool for frame in of(frames, Question)} == calls
        assert len(notebooks.notebook["cells"]) == 3 + allowed

    play_notebook(scene)
