"""What a session runs with: changed by people and by Claude Code itself, told to all, and true."""

from __future__ import annotations

from itertools import groupby

from engine_room import Client, Play, Room, ended

from jupyter_claude_workspace.protocol.content import Settings
from jupyter_claude_workspace.protocol.frames import (
    Configure,
    Configured,
    Interrupt,
    Question,
    Restart,
    TurnEnded,
    TurnStarted,
)


def test_model_and_mode_can_be_changed(play: Play) -> None:
    """What a session runs with changes live, is told to all, and is kept; effort takes a new process."""

    async def scene(room: Room, client: Client) -> None:
        await client.post(Configure(type="configure", model="claude-haiku-4-5", mode="acceptEdits"))
        frames = await client.ask("demo: write-file")
        assert not [frame for frame in frames if isinstance(frame, Question)]
        assert ended(frames).model == "claude-haiku-4-5"
        pid, start = (await client.info()).pid, len(client.frames)
        await client.post(Configure(type="configure", effort="low"))
        await client.state("ready", after=start)
        info = await client.info()
        assert info.pid != pid
        assert info.settings.model_dump(exclude_none=True) == {
            "model": "claude-haiku-4-5",
            "mode": "acceptEdits",
            "effort": "low",
            "privacy": "full",
            "sealed": False,
        }

    play(scene)


def modes(client: Client) -> list[str]:
    """The modes that were told, in order."""
    return [frame.settings.mode for frame in client.frames if isinstance(frame, Configured)]


def test_a_plan_that_claude_makes_changes_the_mode(play: Play) -> None:
    """Where Claude begins to plan and where its plan is approved, the mode in force is told, and kept."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: plan")
        question = await client.kind(Question)
        assert (await client.info()).settings.mode == "plan"
        await client.answer(question)
        end = await client.kind(TurnEnded)
        await client.state("ready", after=client.frames.index(end))
        assert (await client.info()).settings.mode == "default"
        assert [mode for mode, _ in groupby(modes(client))] == ["default", "plan", "default"]

    play(scene)


def test_a_plan_that_was_sent_back_stays_in_force(play: Play) -> None:
    """The session stays in plan mode, also after its process was started anew, until a plan is approved."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: plan")
        await client.answer(await client.kind(Question), "deny", message="Not yet.")
        end = await client.kind(TurnEnded)
        start = client.frames.index(end)
        await client.state("ready", after=start)
        await client.post(Restart(type="restart"))
        await client.state("waking", after=start)
        await client.state("ready", after=start + 2)
        assert (await client.info()).settings.mode == "plan"
        start = len(client.frames)
        await client.prompt("demo: plan")
        await client.answer(await client.kind(Question, after=start))
        await client.kind(TurnEnded, after=start)
        assert (await client.info()).settings.mode == "default"

    play(scene)


def test_changes_while_a_turn_runs_are_not_lost(play: Play) -> None:
    """The mode holds at once, the model from the next turn on, effort after a start anew; the queue survives that."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: slow-command")
        await client.answer(await client.kind(Question))
        await client.state("running", after=len(client.frames) - 1)
        pid = (await client.info()).pid
        waiting = await client.prompt("demo: write-file")
        for change in ({"mode": "plan"}, {"mode": "acceptEdits"}, {"model": "claude-haiku-4-5"}, {"effort": "low"}):
            await client.post(Configure(**{"type": "configure", **change}))
        assert (await client.info()).pid == pid
        await client.post(Interrupt(type="interrupt"))
        begun = await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.origin.prompt == waiting)
        end = await client.kind(TurnEnded, after=client.frames.index(begun))
        assert (end.why, end.model) == ("completed", "claude-haiku-4-5")
        assert not [frame for frame in client.frames[client.frames.index(begun) :] if isinstance(frame, Question)]
        info = await client.info()
        assert info.pid != pid
        assert info.settings == Settings(mode="acceptEdits", model="claude-haiku-4-5", effort="low")
        assert modes(client)[-1] == "acceptEdits"

    play(scene)


def test_a_model_that_the_api_does_not_know_is_said_to_be_unknown(play: Play) -> None:
    """Any name can be chosen; the turn then fails with the reason and what to do, and its prompt is offered again."""

    async def scene(_: Room, client: Client) -> None:
        await client.post(Configure(type="configure", model="claude-of-another-world"))
        end = ended(await client.ask("demo: error-404"))
        assert (end.why, end.prompt_kept, end.problem.code) == ("failed", True, "model_unknown")
        assert "choose another model" in end.problem.remedy

    play(scene)
