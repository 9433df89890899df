"""Sessions on the real CLI: turns, queue, stop, questions, deaths, silence."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from engine_room import Client, Room, ended, gone, marked, room, runs, streamed, text_of

from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.errors import BadRequest, NotAllowed, RateLimited, SessionLocked, TooManySessions
from jupyter_claude_workspace.protocol import codec
from jupyter_claude_workspace.protocol.content import ChoiceAsk, PermissionAsk, PlanAsk
from jupyter_claude_workspace.protocol.frames import (
    Configure,
    Configured,
    Interrupt,
    Message,
    Notice,
    Plan,
    Prompt,
    Question,
    QuestionSettled,
    Queue,
    Restart,
    Rewind,
    Text,
    ToolFinished,
    ToolProgress,
    ToolStarted,
    TurnEnded,
    TurnStarted,
    Unqueue,
)

TESTS = Path(__file__).parent / "scenarios"
Play = Callable[[Room, Client], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoThread]:
    with DemoThread([SHIPPED, TESTS], pace=400) as made:
        yield made


@pytest.fixture
def play(tmp_path: Path, demo: DemoThread) -> Callable[..., None]:
    """Run a scene in a room of its own, with one session whose process is ready."""

    def run(scene: Play, **settings: Any) -> None:
        async def main() -> None:
            async with room(tmp_path, demo=demo, **settings) as made:
                client = await made.open()
                await client.state("ready")
                await scene(made, client)
                await client.leave()

        asyncio.run(main())

    return run


def test_a_turn_streams_and_ends(play: Callable[..., None]) -> None:
    """A prompt is answered piece by piece, the whole equals the pieces, and the turn tells its usage."""

    async def scene(_: Room, client: Client) -> None:
        frames = await client.ask("demo: markdown")
        assert isinstance(frames[0], (TurnStarted, Configured))
        assert len([frame for frame in frames if isinstance(frame, Text)]) > 3
        assert streamed(frames) == text_of(frames) != ""
        end = ended(frames)
        assert (end.why, end.prompt_kept) == ("completed", False)
        assert end.usage is not None
        assert end.usage.output_tokens > 0
        seqs = [frame.seq for frame in frames]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))

    play(scene)


def test_a_conversation_has_a_memory_and_a_title(play: Callable[..., None]) -> None:
    """Turns follow each other in one process; the first prompt names the conversation."""

    async def scene(_: Room, client: Client) -> None:
        pid = (await client.info()).pid
        await client.ask("demo: hello")
        await client.ask("demo: hello")
        info = await client.info()
        assert (info.pid, info.title, info.process) == (pid, "demo: hello", True)

    play(scene)


def test_a_tool_waits_for_a_person(play: Callable[..., None]) -> None:
    """A command runs only after it was allowed; it is shown in full first."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: run-command")
        question = await client.kind(Question)
        assert isinstance(question.ask, PermissionAsk)
        assert question.ask.name == "Bash"
        assert question.ask.input["command"]
        await client.state("waiting")
        assert not [frame for frame in client.frames if isinstance(frame, ToolFinished)]
        await client.answer(question)
        finished = await client.kind(ToolFinished)
        assert (finished.tool, finished.outcome) == (question.tool, "done")
        assert (await client.kind(TurnEnded)).why == "completed"

    play(scene)


def test_a_denied_tool_does_not_run(play: Callable[..., None]) -> None:
    """Claude is told the person's words and goes on without the tool."""

    async def scene(room: Room, client: Client) -> None:
        await client.prompt("demo: write-file")
        question = await client.kind(Question)
        await client.answer(question, "deny", message="Not into this folder.")
        finished = await client.kind(ToolFinished)
        assert finished.outcome in ("denied", "failed")
        assert "Not into this folder." in finished.content[0].text
        assert (await client.kind(TurnEnded)).why == "completed"
        assert list(room.notebooks.iterdir()) == []

    play(scene)


def test_an_allowed_rule_is_not_asked_again(play: Callable[..., None]) -> None:
    """A rule granted for the session holds for the next turn, and after the process was restarted."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: run-command")
        question = await client.kind(Question)
        assert isinstance(question.ask, PermissionAsk)
        assert question.ask.rules
        await client.answer(question, "allow_session", rule=question.ask.rules[0])
        await client.kind(TurnEnded)
        for restart in (False, True):
            start = len(client.frames)
            if restart:
                await client.post(Restart(type="restart"))
                await client.state("ready", after=start)
            frames = await client.ask("demo: run-command")
            assert not [frame for frame in frames if isinstance(frame, Question)]
            assert [frame.outcome for frame in frames if isinstance(frame, ToolFinished)] == ["done"]

    play(scene)


def test_a_choice_and_a_plan_are_answered(play: Callable[..., None]) -> None:
    """Claude's own questions reach the person, and the answers reach Claude."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: question")
        question = await client.kind(Question)
        assert isinstance(question.ask, ChoiceAsk)
        answers = {item.question: item.options[-1].label for item in question.ask.items}
        await client.answer(question, answers=answers)
        await client.kind(TurnEnded)
        start = len(client.frames)
        await client.prompt("demo: plan")
        plan = await client.kind(Question, after=start)
        assert isinstance(plan.ask, PlanAsk)
        assert plan.ask.plan
        await client.answer(plan)
        assert (await client.kind(TurnEnded, after=start)).why == "completed"
        assert next(iter(answers.values())) in text_of(client.frames)

    play(scene)


def test_plan_mode_asks_the_person_too(play: Callable[..., None]) -> None:
    """In plan mode, and after a plan was refused, a command is still the person's to decide, not a classifier's."""

    async def scene(_: Room, client: Client) -> None:
        await client.post(Configure(type="configure", mode="plan"))
        await client.prompt("demo: run-command")
        await client.answer(await client.kind(Question), "deny")
        await client.kind(TurnEnded)
        start = len(client.frames)
        await client.post(Configure(type="configure", mode="default"))
        await client.prompt("demo: plan")
        await client.answer(await client.kind(Question, after=start), "deny", message="Not yet.")
        await client.kind(TurnEnded, after=start)
        start = len(client.frames)
        await client.prompt("demo: run-command")
        question = await client.kind(Question, after=start)
        assert isinstance(question.ask, PermissionAsk)
        await client.answer(question, "deny")
        await client.kind(TurnEnded, after=start)

    play(scene)


def test_subagents_to_do_lists_and_pictures_come_through(play: Callable[..., None]) -> None:
    """A subagent's blocks name their call, the to-do list is one frame, a picture is a picture."""

    async def scene(_: Room, client: Client) -> None:
        frames = await client.ask("demo: subagent")
        call = next(frame for frame in frames if isinstance(frame, ToolStarted) and frame.parent is None)
        assert [frame for frame in frames if isinstance(frame, Message) and frame.parent == call.tool]
        assert [frame for frame in frames if isinstance(frame, ToolProgress) and frame.tool == call.tool]
        frames = await client.ask("demo: todo")
        plans = [frame for frame in frames if isinstance(frame, Plan)]
        assert {item.status for item in plans[-1].items} == {"completed"}
        frames = await client.ask("demo: plot")
        blocks = [block for frame in frames if isinstance(frame, ToolFinished) for block in frame.content]
        assert [block.kind for block in blocks].count("image") == 1

    play(scene)


def test_a_turn_of_claudes_own_is_a_turn(play: Callable[..., None]) -> None:
    """A background task that ends after its turn begins another one, with its origin."""

    async def scene(_: Room, client: Client) -> None:
        await client.ask("demo: background")
        start = len(client.frames)
        own = await client.kind(TurnStarted, after=start)
        assert own.origin.kind == "task"
        assert (await client.kind(TurnEnded, after=start)).why == "completed"
        await client.ask("demo: hello")

    play(scene)


def test_stop_means_stop(play: Callable[..., None]) -> None:
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


def test_stop_ends_a_running_command(play: Callable[..., None]) -> None:
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


def test_prompts_wait_in_order_and_can_be_taken_back(play: Callable[..., None]) -> None:
    """Prompts sent during a turn are listed, run in order, and one that was taken back does not run."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: long")
        await client.kind(Text)
        second = await client.prompt("demo: hello")
        third = await client.prompt("demo: code")
        fourth = await client.prompt("demo: markdown")
        await client.post(Unqueue(type="unqueue", prompt=third))
        with pytest.raises(BadRequest):
            await client.post(Unqueue(type="unqueue", prompt=third))
        await client.post(Interrupt(type="interrupt"))
        await client.until(lambda frame: isinstance(frame, TurnStarted) and frame.origin.prompt == fourth)
        await client.until(lambda frame: isinstance(frame, Queue) and not frame.prompts)
        begun = [frame.origin.prompt for frame in client.frames if isinstance(frame, TurnStarted)]
        assert begun[1:] == [second, fourth]
        listed = [[item.prompt for item in frame.prompts] for frame in client.frames if isinstance(frame, Queue)]
        assert listed == [[second], [second, third], [second, third, fourth], [second, fourth], [fourth], []]

    play(scene)


def test_a_prompt_is_taken_once(play: Callable[..., None]) -> None:
    """A client that sends a prompt again after a cut does not ask twice."""

    async def scene(_: Room, client: Client) -> None:
        frame = Prompt(type="prompt", prompt="0b6cbb63-1f6c-4f8e-8f5c-0d5b5b1f7a11", text="demo: hello")
        for _ in range(3):
            await client.post(frame)
        await client.kind(TurnEnded)
        await client.ask("demo: hello")
        assert len([item for item in client.frames if isinstance(item, TurnStarted)]) == 2

    play(scene)


def test_what_cannot_be_done_is_refused_by_name(play: Callable[..., None]) -> None:
    """Empty prompts, unknown agents, forbidden modes and too many prompts are refused, and nothing changes."""

    async def scene(_: Room, client: Client) -> None:
        with pytest.raises(BadRequest, match="text"):
            await client.prompt("  ")
        with pytest.raises(BadRequest, match="nobody-knows-me"):
            await client.post(Configure(type="configure", agent="nobody-knows-me"))
        with pytest.raises(NotAllowed):
            await client.post(Configure(type="configure", mode="bypassPermissions"))
        with pytest.raises(BadRequest):
            await client.post(Interrupt(type="interrupt"))
        with pytest.raises(BadRequest):
            await client.post(Rewind(type="rewind", after="t-1"))
        await client.ask("demo: hello")
        await client.ask("demo: hello")
        with pytest.raises(RateLimited):
            await client.prompt("demo: hello")
        assert (await client.info()).state == "ready"

    play(scene, prompts_per_minute=2)


def test_model_and_mode_can_be_changed(play: Callable[..., None]) -> None:
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
        }

    play(scene)


def test_a_killed_process_is_replaced_and_the_conversation_goes_on(play: Callable[..., None]) -> None:
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


def test_a_process_that_dies_too_often_is_left_alone(play: Callable[..., None]) -> None:
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


def test_a_silent_model_is_told_and_can_be_stopped(play: Callable[..., None]) -> None:
    """Without a sign of life the person is told once; Stop works."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: silence")
        notice = await client.until(lambda frame: isinstance(frame, Notice) and frame.code == "silent")
        assert "still waits" in notice.text
        await client.post(Interrupt(type="interrupt"))
        assert (await client.kind(TurnEnded)).why == "interrupted"
        await client.ask("demo: hello")

    play(scene, silence_seconds=0.5)


def test_a_process_that_hangs_is_told_and_replaced(play: Callable[..., None]) -> None:
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


def test_silence_past_the_hard_limit_cuts_the_turn(play: Callable[..., None]) -> None:
    """Where an administrator sets a limit, the turn is cut and the prompt offered again."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: silence")
        end = await client.kind(TurnEnded)
        assert (end.why, end.prompt_kept, end.problem.code) == ("cut", True, "silent")
        await client.state("ready", after=client.frames.index(end))

    play(scene, silence_seconds=0.3, silence_limit_seconds=1.5)


def test_a_slow_tool_and_a_waiting_question_are_not_silence(play: Callable[..., None]) -> None:
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


def test_sessions_are_found_again(tmp_path: Path, demo: DemoThread) -> None:
    """A notebook's session is the same for every tab, another notebook's and a new one are others."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made:
            first, second = await asyncio.gather(made.open("a.ipynb"), made.open("a.ipynb"))
            other = await made.open("b.ipynb")
            new = await made.open("a.ipynb", new=True)
            assert first.session_id == second.session_id
            assert len({first.session_id, other.session_id, new.session_id}) == 3
            listed = await made.run(made.registry.list("a.ipynb"))
            assert {info.session_id for info in listed} == {first.session_id, new.session_id}
            await made.run(made.registry.end(new.session_id))
            assert await gone(new.session_id, 2)
            assert len(await made.run(made.registry.list("a.ipynb"))) == 1

    asyncio.run(main())


def test_another_server_keeps_the_conversation(tmp_path: Path, demo: DemoThread) -> None:
    """After the server's end and start everything is shown again and Claude remembers; two at once are refused."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made:
            client = await made.open()
            await client.state("ready")
            before = text_of(await client.ask("demo: hello"))
            async with room(tmp_path, demo=demo) as rival:
                other = await rival.open()
                failed = await other.state("failed")
                assert failed.problem.code == SessionLocked.code
        assert not marked(client.session_id)
        async with room(tmp_path, demo=demo) as again:
            back = await again.open()
            assert back.session_id == client.session_id
            await back.state("ready")
            assert text_of(back.frames) == before
            assert "demo: hello" in text_of(await back.ask("demo: history"))

    asyncio.run(main())


def test_looking_on_can_leave_a_session_asleep(tmp_path: Path, demo: DemoThread) -> None:
    """Who may only look on sees the whole conversation and starts no process."""

    async def main() -> None:
        async with room(tmp_path, demo=demo) as made:
            client = await made.open()
            await client.state("ready")
            before = text_of(await client.ask("demo: hello"))
        async with room(tmp_path, demo=demo) as again:
            looking = await again.run(again.registry.subscribe(client.session_id, None, lambda: None, wake=False))
            shown = [codec.load_server_frame(text) for text in await again.run(looking.resync())]
            assert text_of(shown) == before
            await asyncio.sleep(0.5)
            info = await again.run(again.registry.get(client.session_id))
            assert (info.state, info.process) == ("asleep", False)

    asyncio.run(main())


def test_the_cap_on_sessions_is_kept(tmp_path: Path, demo: DemoThread) -> None:
    """One more than allowed is politely refused."""

    async def main() -> None:
        async with room(tmp_path, demo=demo, max_sessions=1) as made:
            await (await made.open("a.ipynb")).state("ready")
            with pytest.raises(TooManySessions):
                await made.open("b.ipynb")

    asyncio.run(main())
