"""What a session offers (commands, models, efforts, modes), and what fills its context."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from answers import refusal, told
from jupyter_server.auth import Authorizer
from server_stage import Stage

from jupyter_claude_workspace.claude.commands import LEFT_OUT


async def offered(stage: Stage, session_id: str) -> dict[str, Any]:
    """What a session offers."""
    return told(await stage.ask("GET", f"api/sessions/{session_id}/offers"))


async def counted(stage: Stage, session_id: str) -> dict[str, Any]:
    """What fills a session's context."""
    return told(await stage.ask("GET", f"api/sessions/{session_id}/context"))


async def ready(stage: Stage, session_id: str) -> None:
    """Wait until its process runs."""
    await (await stage.channel(session_id)).wait(lambda frame: frame.get("state") == "ready")


class ReadOnly(Authorizer):
    """Everybody may look; nobody may touch."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return action == "read"


def read_only(stage: Stage) -> None:
    """From now on, everybody may only look."""
    made = ReadOnly(parent=stage.server, identity_provider=stage.server.identity_provider)
    stage.server.web_app.settings["authorizer"] = made


async def test_a_new_session_says_what_it_offers(stage: Stage) -> None:
    """Asked while its process still starts, a session waits for it, and offers what Claude Code has."""
    found = await offered(stage, await stage.create())

    commands = {command["name"]: command for command in found["commands"]}
    assert commands["compact"]["description"]
    assert commands["compact"]["argument_hint"] == "<optional custom summarization instructions>"
    assert "cost" in commands["usage"]["aliases"]
    assert {"default", "sonnet", "haiku"} <= {model["id"] for model in found["models"]}
    assert all(model["label"] and model["description"] for model in found["models"])
    assert found["efforts"] == ["low", "medium", "high", "xhigh", "max"]
    assert found["modes"] == ["default", "acceptEdits", "plan"]


async def test_commands_that_make_no_sense_here_are_left_out(stage: Stage) -> None:
    """What only works in a terminal, writes settings or leaves the conversation is not offered, nor its other names."""
    found = await offered(stage, await stage.create())

    names = {name for command in found["commands"] for name in (command["name"], *command["aliases"])}
    assert names & set(LEFT_OUT) == set()
    assert names & {"reset", "new", "settings", "checkup", "peers"} == set()
    assert all(LEFT_OUT.values())


async def test_the_person_s_own_commands_are_offered(stage: Stage) -> None:
    """A command that the person made for all their folders is there, on one line and not too long."""
    folder = stage.data / "demo" / "commands"
    folder.mkdir(parents=True)
    (folder / "tidy.md").write_text(f"---\ndescription: Tidy up, {'thoroughly ' * 60}\n---\nTidy up.\n")

    found = await offered(stage, await stage.create())

    [tidy] = [command for command in found["commands"] if command["name"] == "tidy"]
    assert tidy["description"].startswith("Tidy up, thoroughly")
    assert tidy["description"].endswith(" …")
    assert len(tidy["description"]) <= 302
    assert "\n" not in "".join(command["description"] for command in found["commands"])


async def test_a_chosen_model_is_what_answers(stage: Stage) -> None:
    """Every model that is offered can be chosen by its id."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    used = {}
    for model in (await offered(stage, session_id))["models"]:
        await channel.send({"type": "configure", "model": model["id"]})
        used[model["id"]] = (await channel.turn("hello"))[-1]["model"]

    assert "haiku" in used["haiku"]
    assert "sonnet" in used["sonnet"]
    assert len(set(used.values())) >= 3


async def test_a_sleeping_session_answers_from_memory(stage: Stage) -> None:
    """What one process has offered holds for a session that sleeps; its process is not started for that."""
    first = await offered(stage, await stage.create())
    other = await stage.create()
    await stage.restart()
    assert await offered(stage, await stage.create()) == first

    assert await offered(stage, other) == first
    assert told(await stage.ask("GET", f"api/sessions/{other}"))["state"] == "asleep"


async def test_a_sleeping_session_is_woken_where_nobody_knows(stage: Stage) -> None:
    """Where no process was asked yet, the sleeping one is started; one that may only look cannot do that."""
    session_id = await stage.create()
    await stage.restart()
    allowed = stage.server.web_app.settings["authorizer"]
    read_only(stage)

    for what in ("offers", "context"):
        refusal(await stage.ask("GET", f"api/sessions/{session_id}/{what}"), 409, "session_asleep")
    assert told(await stage.ask("GET", f"api/sessions/{session_id}"))["state"] == "asleep"

    stage.server.web_app.settings["authorizer"] = allowed
    assert (await offered(stage, session_id))["commands"]
    assert told(await stage.ask("GET", f"api/sessions/{session_id}"))["state"] == "ready"


async def test_what_fills_the_context(stage: Stage) -> None:
    """The parts are named, make up the whole, and grow with the conversation."""
    session_id = await stage.create()
    before = await counted(stage, session_id)
    turn = await (await stage.channel(session_id)).turn("demo: long")
    after = await counted(stage, session_id)

    parts = {part["name"]: part["tokens"] for part in before["parts"]}
    assert {"System prompt", "System tools", "Messages"} <= set(parts)
    assert before["tokens"] == sum(parts.values())
    assert before["tokens"] < after["tokens"] < after["window"]
    assert after["window"] == turn[-1]["usage"]["context_window"]


async def test_the_context_is_counted_while_a_turn_runs(stage: Stage) -> None:
    """A turn that waits for a person is not disturbed by who asks; those who ask together share an answer."""
    session_id = await stage.create()
    channel = await stage.channel(session_id)
    await channel.prompt("demo: question")
    question = await channel.wait("question")

    found = await asyncio.gather(*(counted(stage, session_id) for _ in range(8)))

    assert len({str(each) for each in found}) == 1
    assert found[0]["tokens"] > 0
    assert "question_settled" not in channel.types()
    await channel.send(
        {"type": "answer", "question": question["question"], "nonce": question["nonce"], "decision": "deny"}
    )
    assert (await channel.wait("turn_ended"))["why"] == "completed"


class TestAllowed:
    """A server whose administrator allows `bypassPermissions`."""

    @pytest.fixture
    def workspace_config(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        monkeypatch.setenv("IS_SANDBOX", "1")  # else Claude Code refuses the mode to root, whom containers run tests as
        return {"allow_bypass": True}

    async def test_bypass_is_offered(self, stage: Stage) -> None:
        """The mode in which nothing asks is offered where it may be chosen, and a session can be switched to it."""
        session_id = await stage.create()
        assert (await offered(stage, session_id))["modes"][-1] == "bypassPermissions"

        channel = await stage.channel(session_id)
        await channel.send({"type": "configure", "mode": "bypassPermissions"})
        await channel.wait(lambda frame: frame.get("settings", {}).get("mode") == "bypassPermissions")
        turn = await channel.turn("demo: run-command")
        assert "question" not in [frame["type"] for frame in turn]
        assert [frame["outcome"] for frame in turn if frame["type"] == "tool_finished"] == ["done"]


class TestAsRoot:
    """A server whose administrator allows `bypassPermissions`, run by root, whom Claude Code refuses it."""

    @pytest.fixture
    def workspace_config(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
        monkeypatch.delenv("IS_SANDBOX", raising=False)
        return {"allow_bypass": True}

    async def test_root_is_not_offered_what_would_not_start(self, stage: Stage) -> None:
        """Sessions start, the mode is not offered, and asking for it is refused."""
        session_id = await stage.create()
        assert "bypassPermissions" not in (await offered(stage, session_id))["modes"]

        channel = await stage.channel(session_id)
        problem = await channel.refused({"type": "configure", "mode": "bypassPermissions"})
        assert problem["code"] == "not_allowed"
        assert (await channel.turn("hello"))[-1]["why"] == "completed"


class TestWithoutClaude:
    """A server on which no CLI starts."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"cli_path": "/bin/false"}

    async def test_what_does_not_start_offers_nothing(self, stage: Stage) -> None:
        """Asked for what only a process knows, a session that cannot start one says so, with a way out."""
        session_id = await stage.create()

        for what in ("offers", "context"):
            answer = await stage.ask("GET", f"api/sessions/{session_id}/{what}")
            refusal(answer, 503, "claude_failed")
            assert told(answer, 503)["remedy"]


class TestNoRoom:
    """A server with room for one process."""

    @pytest.fixture
    def workspace_config(self) -> dict[str, Any]:
        return {"max_sessions": 1}

    async def test_no_process_is_started_beyond_the_cap(self, stage: Stage) -> None:
        """A sleeping session is not woken for a question where there is no room."""
        sleeping = await stage.create()
        await stage.restart()
        await ready(stage, await stage.create())

        refusal(await stage.ask("GET", f"api/sessions/{sleeping}/context"), 429, "too_many_sessions")
