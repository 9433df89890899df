"""How turns end on the real CLI: stopped by a person, cut by a death, and what silence is and is not."""

from __future__ import annotations

import asyncio
import signal

import psutil
from engine_room import Client, Play, Room, marked, runs, streamed, text_of

from jupyter_claude_workspace.protocol.frames import (
    Interrupt,
    Notice,
    Question,
    QuestionSettled,
    Restart,
    Text,
    TurnEnded,
    TurnStarted,
)


def test_stop_means_stop(play: Play) -> None:
    """After a stop the turn says so, nothing more comes, what was shown is kept, and the session goes on."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: long")
        await client.kind(Text)
        await client.post(Interrupt(type="interrupt"))
        end = await client.kind(TurnEnded)
        assert end.why == "interrupted"
        await client.state("ready", after=client.frames.index(end))
        shown = streamed(client.frames)
        assert text_of(client.frames) == shown != ""
        count = len(client.frames)
        await asyncio.sleep(0.3)
        assert len(client.frames) == count
        assert (await client.ask("demo: hello"))[-1].state == "ready"

    play(scene)


def test_stop_ends_a_running_command(play: Play) -> None:
    """A command and all that it started are gone, and an open question is withdrawn."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: slow-command")
        await client.answer(await client.kind(Question))
        while not (commands := [process for process in marked(client.session_id) if runs(process, "time.sleep")]):
            await asyncio.sleep(0.05)
        await client.post(Interrupt(type="interrupt"))
        assert (await client.kind(TurnEnded)).why == "interrupted"
        assert not psutil.wait_procs(commands, timeout=2)[1]
        start = len(client.frames)
        await client.prompt("demo: slow-command")
        question = await client.kind(Question, after=start)
        await client.post(Interrupt(type="interrupt"))
        settled = await client.kind(QuestionSettled, after=start)
        assert (settled.question, settled.decision) == (question.question, "withdrawn")

    play(scene)


def test_a_killed_process_is_replaced_and_the_conversation_goes_on(play: Play) -> None:
    """Killed in a turn: what was shown is kept, the turn is marked and not repeated, and Claude remembers."""

    async def scene(_: Room, client: Client) -> None:
        await client.ask("demo: hello")
        start = len(client.frames)
        await client.prompt("demo: long")
        await client.kind(Text, after=start)
        (claude,) = [
            child for child in psutil.Process((await client.info()).pid).children() if "claude" in child.name().lower()
        ]
        claude.send_signal(signal.SIGKILL)
        end = await client.kind(TurnEnded, after=start)
        assert (end.why, end.prompt_kept) == ("cut", True)
        assert text_of(client.frames[start:]) == streamed(client.frames[start:]) != ""
        await client.until(lambda frame: isinstance(frame, Notice) and frame.code == "restarted", after=start)
        await client.state("ready", after=client.frames.index(end))
        begun = [frame for frame in client.frames[start:] if isinstance(frame, TurnStarted)]
        assert len(begun) == 1
        frames = await client.ask("demo: history")
        assert "demo: hello" in text_of(frames)

    play(scene)


def test_a_process_that_dies_too_often_is_left_alone(play: Play) -> None:
    """Past the limit the session fails with a reason, and a person's restart brings it back."""

    async def scene(_: Room, client: Client) -> None:
        for death in range(3):
            start = len(client.frames)
            psutil.Process((await client.info()).pid).kill()
            await client.state("ready" if death < 2 else "failed", after=start)
        failed = client.frames[-1]
        assert failed.problem.code == "crash_loop"
        assert (await client.info()).pid is None
        start = len(client.frames)
        await client.post(Restart(type="restart"))
        await client.state("ready", after=start)
        await client.ask("demo: hello")

    play(scene, crash_limit=2)


def test_a_silent_model_is_told_and_can_be_stopped(play: Play) -> None:
    """Without a sign of life the person is told once; Stop works."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: silence")
        notice = await client.until(lambda frame: isinstance(frame, Notice) and frame.code == "silent")
        assert "still waits" in notice.text
        await client.post(Interrupt(type="interrupt"))
        assert (await client.kind(TurnEnded)).why == "interrupted"
        await client.ask("demo: hello")

    play(scene, silence_seconds=0.5)


def test_a_process_that_hangs_is_told_and_replaced(play: Play) -> None:
    """A stopped process is told apart from a silent model, and Stop replaces it."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: long")
        await client.kind(Text)
        pid = (await client.info()).pid
        for child in psutil.Process(pid).children(recursive=True):
            child.suspend()
        notice = await client.until(lambda frame: isinstance(frame, Notice) and frame.code == "silent")
        assert "No sign of life from Claude Code" in notice.text
        await client.post(Interrupt(type="interrupt"))
        end = await client.kind(TurnEnded)
        assert end.why == "interrupted"
        await client.state("ready", after=client.frames.index(end))
        assert (await client.info()).pid != pid
        assert not psutil.pid_exists(pid)
        await client.ask("demo: hello")

    play(scene, silence_seconds=0.5, interrupt_seconds=0.5)


def test_silence_past_the_hard_limit_cuts_the_turn(play: Play) -> None:
    """Where an administrator sets a limit, the turn is cut and the prompt offered again."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: silence")
        end = await client.kind(TurnEnded)
        assert (end.why, end.prompt_kept, end.problem.code) == ("cut", True, "silent")
        await client.state("ready", after=client.frames.index(end))

    play(scene, silence_seconds=0.3, silence_limit_seconds=1.5)


def test_a_slow_tool_and_a_waiting_question_are_not_silence(play: Play) -> None:
    """Neither a person who thinks nor a command that works quietly is called silent."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: slow-command")
        question = await client.kind(Question)
        await asyncio.sleep(1)
        await client.answer(question)
        await asyncio.sleep(1.5)
        assert not [frame for frame in client.frames if isinstance(frame, Notice)]
        await client.post(Interrupt(type="interrupt"))
        await client.kind(TurnEnded)

    play(scene, silence_seconds=0.4)
