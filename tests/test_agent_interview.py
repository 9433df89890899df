"""Making an agent: Claude and the person write one draft, and the person's yes makes it a file."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_stage import PROMPT, Requests, made, recorded
from engine_room import TESTS, Client, Room, room, text_of
from follower import Follower
from real_server import RealServer

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.errors import AgentChanged, AgentInvalid, BadRequest
from jupyter_claude_workspace.protocol.content import DraftFields
from jupyter_claude_workspace.protocol.frames import (
    AgentDraft,
    AgentSaved,
    EditDraft,
    Question,
    Rewind,
    ToolFinished,
    TurnEnded,
    TurnStarted,
)


def of(frames: list[Any], kind: type[Any]) -> list[Any]:
    """The frames of one kind."""
    return [frame for frame in frames if isinstance(frame, kind)]


def edit(**fields: Any) -> EditDraft:
    """What the panel sends when a person types into the draft."""
    return EditDraft(type="edit_draft", fields=DraftFields(**fields))


def saved(room: Room, name: str = "reviewer") -> dict[str, Any]:
    """An agent's file."""
    found: dict[str, Any] = json.loads((room.notebooks / f"{name}.agent.json").read_text())
    return found


async def interview(room: Room, **more: Any) -> Client:
    """A new session in which an agent is made, ready."""
    client = await room.open(context="agent-create", new=True, **more)
    await client.state("ready")
    return client


def test_an_interview_becomes_a_file(tmp_path: Path, demo: DemoThread) -> None:
    """The draft grows without a question, what does not fit is said, one yes writes the file, and that is accepted."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made_room:
            client = await interview(made_room)
            with recorded(demo) as requests:
                frames = await client.ask("demo: builds-agent")
            drafts = of(frames, AgentDraft)
            assert [draft.by for draft in drafts] == ["claude", "claude"]
            assert (drafts[0].fields.name, drafts[0].fields.prompt) == ("reviewer", None)
            assert drafts[1].fields.tools == ["Read", "Grep"]
            answers = [str(block) for frame in of(frames, ToolFinished) for block in frame.content]
            assert "`colour` was not taken" in answers[1]
            assert "`max_turns` was not taken" in answers[1]
            (question,) = of(frames, Question)
            assert question.ask.title == "Save the agent reviewer next to a.ipynb"
            assert question.ask.rules == []
            assert "ToolSearch" not in {tool["name"] for tool in requests[0]["tools"]}
            assert "mcp__agent_builder__draft_agent" in {tool["name"] for tool in requests[0]["tools"]}
            (told,) = of(frames, AgentSaved)
            assert (told.name, told.path) == ("reviewer", "reviewer.agent.json")
            assert saved(made_room)["tools"] == ["Read", "Grep"]
            replayed = await made_room.run(made_room.registry.transcript(client.session_id))
            assert [frame.fields for frame in of(replayed, AgentDraft)] == [drafts[-1].fields]
            begun = await made_room.open(agent="reviewer", new=True)
            assert (await begun.info()).settings.agent == "reviewer"

    asyncio.run(main())


def count(requests: Requests, words: str) -> int:
    """How often the last request's conversation has these words."""
    return json.dumps(requests.main["messages"]).count(words)


def test_what_the_person_writes_reaches_claude_once(tmp_path: Path, demo: DemoThread) -> None:
    """With the next prompt or the next answer of the draft tool, and is not shown as the person's words."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made_room:
            client = await interview(made_room)
            with recorded(demo) as requests:
                await client.post(edit(prompt="FIRST-EDIT"))
                frames = await client.ask("demo: hello")
                assert (count(requests, "FIRST-EDIT"), of(frames, TurnStarted)[0].text) == (1, "demo: hello")
                await client.ask("demo: hello")
                assert count(requests, "FIRST-EDIT") == 1
                await client.prompt("demo: saves-agent")
                question = await client.kind(Question)
                await client.post(edit(prompt="SECOND-EDIT"))
                await client.answer(question, answers={"Save it?": "Yes"})
                await client.kind(TurnEnded, after=client.frames.index(question))
                assert count(requests, "SECOND-EDIT") == 1
                assert not (made_room.notebooks / "reviewer.agent.json").exists()
                await client.ready()
                await client.post(edit(name="third-edit"))
                frames = await client.ask("demo: drafts-agent")
                draft = of(frames, AgentDraft)[-1].fields
                assert (draft.name, draft.prompt) == ("third-edit", "SECOND-EDIT")
                assert draft.description == "Drafted by Claude."
                turn = of(client.frames, TurnStarted)[0].turn
                await client.post(Rewind(type="rewind", after=turn))
                await client.ask("demo: hello")
                assert count(requests, "SECOND-EDIT") == 1

    asyncio.run(main())


def test_the_person_s_last_word_is_what_is_saved(tmp_path: Path, demo: DemoThread) -> None:
    """An edit in the question is saved and told to Claude; no saves nothing; a file that is there is named."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made_room:
            client = await interview(made_room)
            await client.prompt("demo: builds-agent")
            question = await client.kind(Question)
            await client.answer(question, "deny", message="Not yet.")
            end = await client.kind(TurnEnded)
            assert not list(made_room.notebooks.iterdir())
            await client.ready()
            start = client.frames.index(end) + 1
            await client.prompt("demo: builds-agent")
            question = await client.kind(Question, after=start)
            await client.answer(question, input={**question.ask.input, "prompt": "EDITED-PROMPT"})
            await client.kind(TurnEnded, after=start)
            assert saved(made_room)["prompt"] == "EDITED-PROMPT"
            assert "EDITED-PROMPT" in text_of(client.frames[start:])
            assert of(client.frames, AgentDraft)[-1].fields.prompt == "EDITED-PROMPT"
            other = await interview(made_room)
            frames = await other.ask("demo: builds-agent")
            assert not of(frames, Question)
            assert "There is an agent named reviewer" in text_of(frames)
            await other.prompt("demo: saves-agent")
            choice = await other.until(lambda frame: isinstance(frame, Question))
            await other.answer(choice, answers={"Save it?": "Yes"})
            asked = await other.kind(Question, after=other.frames.index(choice) + 1)
            assert asked.ask.title == "Replace the agent reviewer next to a.ipynb"
            await other.answer(asked)
            await other.kind(TurnEnded, after=other.frames.index(asked))
            assert saved(made_room)["prompt"] == "ANOTHER-PROMPT"

    asyncio.run(main())


def test_an_agent_that_is_there_is_made_into_another_version(tmp_path: Path, demo: DemoThread) -> None:
    """It is the first draft, of which Claude is told; saving replaces the file, unless that was changed meanwhile."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made_room:
            interviews = made_room.registry.interviews
            made(made_room)
            client = await interview(made_room, agent="reviewer")
            first = await client.kind(AgentDraft)
            assert (first.by, first.fields.prompt) == ("person", PROMPT)
            with recorded(demo) as requests:
                await client.ask("demo: hello")
                assert count(requests, "AGENT-PROMPT-CANARY") == 1
            frames = await client.ask("demo: builds-agent")
            assert of(frames, Question)[0].ask.title == "Replace the agent reviewer next to a.ipynb"
            assert saved(made_room)["tools"] == ["Read", "Grep"]
            etag = of(frames, AgentSaved)[-1].etag
            await client.post(edit(prompt="BY-HAND"))
            await made_room.run(interviews.save(client.session_id, etag))
            assert saved(made_room)["prompt"] == "BY-HAND"
            with pytest.raises(AgentChanged):
                await made_room.run(interviews.save(client.session_id, etag))
            await client.post(edit(prompt=None))
            with pytest.raises(AgentInvalid, match="prompt"):
                await made_room.run(interviews.save(client.session_id, None))
            notebook = await made_room.open()
            with pytest.raises(BadRequest):
                await notebook.post(edit(prompt="x"))

    asyncio.run(main())


@pytest.fixture(scope="module")
def outside() -> Iterator[DemoThread]:
    """The model; not in the server, so that it goes on when that is killed."""
    with DemoThread([SHIPPED, TESTS], pace=0) as model:
        yield model


def test_an_interview_survives_the_server_s_death(tmp_path: Path, outside: DemoThread) -> None:
    """After a kill -9 the draft is there as it was last, its question is withdrawn, and Claude goes on with it."""

    async def main() -> None:
        server = RealServer(tmp_path / "server", outside.environment(), demo="off")
        await server.start()
        try:
            (server.root / "a.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
            body = '{"notebook": "a.ipynb", "context": "agent-create"}'
            made_session = await server.ask("POST", "api/agents/create-session", body)
            session_id = json.loads(made_session.body)["session_id"]
            async with server.follow(session_id) as follower:
                await follower.prompt("demo: builds-agent")
                await follower.until(lambda: follower.shown.of("question"))
                await follower.send({"type": "edit_draft", "fields": {"prompt": "BY-HAND"}})
                await follower.until(lambda: drafted(follower) == ("reviewer", "BY-HAND"))
                await server.end(signal.SIGKILL)
                await server.start()
                await follower.until(lambda: follower.shown.of("question_settled"))
            async with server.follow(session_id) as again:
                await again.until(lambda: again.state == "ready")
                assert drafted(again) == ("reviewer", "BY-HAND")
                with recorded(outside) as requests:
                    await again.ended(await again.prompt("demo: hello"))
                assert count(requests, "BY-HAND") == 1
            assert not list(server.root.glob("*.agent.json"))
        finally:
            server.kill()

    asyncio.run(main())


def drafted(follower: Follower) -> tuple[str, str]:
    """The name and the prompt of the draft that is shown."""
    fields = follower.shown.latest.get("agent_draft", {}).get("fields", {})
    return fields.get("name", ""), fields.get("prompt", "")
