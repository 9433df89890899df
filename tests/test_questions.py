"""Questions on the real CLI: a tool waits for a person, and the answers reach Claude."""

from __future__ import annotations

from engine_room import Client, Play, Room, text_of

from jupyter_claude_workspace.protocol.content import ChoiceAsk, PermissionAsk, PlanAsk
from jupyter_claude_workspace.protocol.frames import (
    Configure,
    Interrupt,
    Question,
    Restart,
    ToolFinished,
    TurnEnded,
)


def test_a_tool_waits_for_a_person(play: Play) -> None:
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


def test_a_path_inside_is_not_called_outside(play: Play) -> None:
    """Claude Code names the file that a command writes; a question says nothing of one in the session's own folder."""

    async def scene(_: Room, client: Client) -> None:
        await client.prompt("demo: edit-file")
        question = await client.kind(Question)
        assert isinstance(question.ask, PermissionAsk)
        assert question.ask.blocked_path is None
        await client.post(Interrupt(type="interrupt"))
        await client.kind(TurnEnded)

    play(scene)


def test_a_denied_tool_does_not_run(play: Play) -> None:
    """Claude is told the person's words and goes on without the tool."""

    async def scene(room: Room, client: Client) -> None:
        await client.prompt("demo: write-file")
        question = await client.kind(Question)
        await client.answer(question, "deny", message="Not into this folder.")
        finished = await client.kind(ToolFinished)
        assert finished.outcome == "denied"
        assert "Not into this folder." in finished.content[0].text
        assert (await client.kind(TurnEnded)).why == "completed"
        assert list(room.notebooks.iterdir()) == []

    play(scene)


def test_an_allowed_rule_is_not_asked_again(play: Play) -> None:
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


def test_a_choice_and_a_plan_are_answered(play: Play) -> None:
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


def test_plan_mode_asks_the_person_too(play: Play) -> None:
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
