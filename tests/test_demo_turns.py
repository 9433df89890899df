"""Longer turns of the demo model on the real CLI: many steps, questions, subagents, commands, a word between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from claude_agent_sdk import AssistantMessage, ToolUseBlock
from scenario_stage import Player, Turn, gather, run
from server_stage import Stage

from jupyter_claude_workspace.demo.thread import DemoThread


@pytest.fixture
def demo() -> Iterator[DemoThread]:
    """The model, as fast as it goes."""
    with DemoThread(pace=0) as made:
        yield made


async def test_questions_come_together(stage: Stage) -> None:
    """Three files outside of the folder are asked for before any answer is given, and each waits for its own."""
    channel = await stage.channel(await stage.create())
    await channel.prompt("demo: questions")
    place = 0
    questions = []
    for _ in range(3):
        questions.append(await channel.wait("question", after=place))
        place = channel.frames.index(questions[-1]) + 1

    for question, decision in zip(questions, ("allow", "deny", "allow"), strict=True):
        assert "turn_ended" not in channel.types()
        answer = {"question": question["question"], "nonce": question["nonce"], "decision": decision}
        await channel.send({"type": "answer", **answer})
    ended = await channel.wait("turn_ended")

    assert len({question["tool"] for question in questions}) == 3
    outcomes = {frame["tool"]: frame["outcome"] for frame in channel.frames if frame["type"] == "tool_finished"}
    assert [outcomes[question["tool"]] for question in questions] == ["done", "denied", "done"]
    assert ended["why"] == "completed"


async def test_subagents_work_side_by_side(stage: Stage) -> None:
    """Two run in one turn, each shows its own steps, and both tell how far they are."""
    channel = await stage.channel(await stage.create())

    turn = await channel.turn("demo: subagents")

    agents = [frame["tool"] for frame in turn if frame["type"] == "tool_started" and frame["name"] == "Agent"]
    steps = [frame["parent"] for frame in turn if frame["type"] == "tool_started" and frame.get("parent")]
    progress = {frame["tool"] for frame in turn if frame["type"] == "tool_progress"}
    assert [steps.count(agent) for agent in agents] == [4, 1]
    assert set(agents) <= progress
    assert turn[-1]["why"] == "completed"


def test_a_turn_of_many_steps(demo: DemoThread, tmp_path: Path) -> None:
    """Ten tools in seven rounds all do their part, and only the first, which writes, asks."""
    turn: Turn = run(tmp_path, demo.environment(), lambda player: player.ask("Investigate a log file in many steps"))

    assert turn.tool_names == ["Bash", "Bash", "Read", *["Bash"] * 6, "Read"]
    assert not any(result.is_error for result in turn.results)
    assert [name for name, _given in turn.asked] == ["Bash"]
    assert "What the log says" in turn.text


def test_slash_commands_are_not_taken_for_prompts(demo: DemoThread, tmp_path: Path) -> None:
    """Whatever words a command stands for, the answer says that it was a command, and runs no tool."""

    async def play(player: Player) -> list[Turn]:
        return [await player.ask(prompt) for prompt in ("/init", "/dataviz in red", "/nonsense")]

    turns = run(tmp_path, demo.environment(), play)

    for turn, words in zip(turns, ("/init", "/dataviz in red", "/nonsense"), strict=True):
        assert turn.text.startswith(f"`{words}` brought me instructions")
        assert turn.tools == []


def test_a_word_between_is_answered_in_the_turn(demo: DemoThread, tmp_path: Path) -> None:
    """What is said while a tool runs is quoted once, and the turn goes on to its end."""

    async def play(player: Player) -> Turn:
        turn, said = Turn(), False
        await player.client.query("demo: parallel")
        async for message in player.client.receive_response():
            gather(turn, message)
            blocks = message.content if isinstance(message, AssistantMessage) else []
            if not said and any(isinstance(block, ToolUseBlock) for block in blocks):
                said = True
                await player.client.query("and be quick")
        return turn

    turn = run(tmp_path, demo.environment(), play)

    assert turn.text.count("> and be quick") == 1
    assert turn.tool_names == ["Bash", "Read", "Read", "Bash"]
    assert "spring 1597 autumn 1641" in turn.text
