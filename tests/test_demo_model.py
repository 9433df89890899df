"""What the real Claude Code CLI makes of each scenario of the demo model."""

from __future__ import annotations

import asyncio
import base64
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_client import TESTS
from scenario_stage import Player, Turn, deny, played, run

from jupyter_claude_workspace.demo import asked, faults, stream
from jupyter_claude_workspace.demo.choose import catalogue
from jupyter_claude_workspace.demo.scenario import SHIPPED, LongPart, Scenario, TextPart, ToolPart, load
from jupyter_claude_workspace.demo.thread import DemoThread

ALL = load([SHIPPED, TESTS])
OURS = load([SHIPPED])
SAID = "The storm has passed."


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoThread]:
    """The demo model with all scenarios, as fast as it goes."""
    with DemoThread([SHIPPED, TESTS], pace=0) as thread:
        yield thread


def text_of(scenario: Scenario) -> str | None:
    """The text that a scenario of one plain reply gives; None for the others."""
    parts = scenario.replies[0].content
    if scenario.helper or scenario.system or scenario.faults or any(isinstance(part, ToolPart) for part in parts):
        return None
    said = ""
    for part in parts:
        if isinstance(part, TextPart):
            said += part.text.rstrip("\n")
        elif isinstance(part, LongPart):
            said += stream.lengthen(part.long.paragraphs, part.long.tokens)
    return said


def test_texts_arrive_as_they_are_written(demo: DemoThread, tmp_path: Path) -> None:
    """Every scenario of plain text, streamed and whole, to the letter; thinking as well."""
    plain = {scenario.name: text for scenario in OURS if (text := text_of(scenario)) is not None}

    async def play(player: Player) -> dict[str, Turn]:
        return {name: await player.ask(f"demo: {name}") for name in plain}

    turns: dict[str, Turn] = run(tmp_path, demo.environment(), play)

    listed = catalogue(demo.model.scenarios)
    for name, written in plain.items():
        said = written.replace("{catalogue}", listed).replace("{prompt}", f"demo: {name}")
        assert turns[name].text == turns[name].streamed == said, name
        assert turns[name].status is None
    assert turns["thinking"].thinking.startswith("The question is about an A/B experiment.")


def test_tools_run_when_allowed(demo: DemoThread, tmp_path: Path) -> None:
    """A command, a new file, an edit and three tools at once ask, run, and leave what they promise."""

    async def play(player: Player) -> list[Turn]:
        names = ("run-command", "write-file", "edit-file", "parallel")
        return [await player.ask(f"demo: {name}") for name in names]

    command, write, edit, parallel = run(tmp_path, demo.environment(), play)

    assert command.tool_names == ["Bash"]
    assert re.search(r"Python 3\.\d+\.\d+ on \w+\n\d+ packages", command.text)
    (made,) = (tmp_path / "work").glob("demo_stats_*.py")
    assert (write.tool_names, "def summary" in made.read_text()) == (["Write"], True)
    assert edit.tool_names == ["Bash", "Read", "Edit"]
    assert "total += value" in (tmp_path / "work" / "demo_mean.py").read_text()
    assert parallel.tool_names == ["Bash", "Read", "Read", "Bash"]
    assert "spring 1597 autumn 1641" in parallel.text
    for turn in (command, write, edit, parallel):
        assert turn.status is None
        # Reading in the session's own folder needs no leave.
        assert [name for name, _given in turn.asked] == [name for name in turn.tool_names if name != "Read"]


def test_a_picture_is_drawn_and_looked_at(demo: DemoThread, tmp_path: Path) -> None:
    """The tool result holds a PNG of the promised size."""
    turn: Turn = run(tmp_path, demo.environment(), lambda player: player.ask("Plot a noisy sine wave"))

    (picture,) = (block for result in turn.results if isinstance(result.content, list) for block in result.content)
    data = base64.b64decode(picture["source"]["data"])
    assert (turn.tool_names, picture["type"]) == (["Bash", "Read"], "image")
    assert (data[:8], struct.unpack(">II", data[16:24])) == (b"\x89PNG\r\n\x1a\n", (640, 360))


def test_a_refusal_is_taken_up(demo: DemoThread, tmp_path: Path) -> None:
    """Where the person says no, nothing runs, the reply says so, and it repeats their words."""
    names = ("run-command", "write-file", "edit-file", "parallel", "plot", "question", "plan", "background")

    async def play(player: Player) -> list[Turn]:
        player.decide = deny
        return [await player.ask(f"demo: {name}") for name in names]

    turns: list[Turn] = run(tmp_path, demo.environment(), play)

    for name, turn in zip(names, turns, strict=True):
        assert "Not on this machine." in turn.text, name
        assert turn.status is None
        assert len(turn.asked) == 1
    assert list((tmp_path / "work").iterdir()) == []


def test_a_question_a_plan_and_a_list_are_real(demo: DemoThread, tmp_path: Path) -> None:
    """The answer comes back, the plan is presented for approval, the list is worked through."""

    async def play(player: Player) -> list[Turn]:
        return [await player.ask(f"demo: {name}") for name in ("question", "plan", "todo")]

    question, plan, todo = run(tmp_path, demo.environment(), play)

    assert "You chose: **Leave them, Table**." in question.text
    assert plan.tool_names == ["EnterPlanMode", "Write", "ExitPlanMode"]
    ((name, given),) = plan.asked
    assert (name, given["plan"].splitlines()[0]) == ("ExitPlanMode", "# Which stations drift?")
    assert "Approved." in plan.text
    assert [name for name in todo.tool_names if name == "TaskCreate"] == ["TaskCreate"] * 3
    assert not any(result.is_error for result in todo.results)


def test_a_subagent_and_a_background_command_do_their_part(demo: DemoThread, tmp_path: Path) -> None:
    """The subagent has a conversation of its own; the background command's end begins a turn of its own."""

    async def play(player: Player) -> list[Turn]:
        names: list[str | None] = ["demo: subagent", "demo: background", None]
        return [await player.ask(name) for name in names]

    subagent, begun, ended = run(tmp_path, demo.environment(), play)

    assert subagent.tool_names == ["Agent"]
    assert "Bash" in subagent.inner
    assert "task_started" in subagent.notes
    assert begun.text.endswith("speak up by myself.")
    assert "The background task has ended: Background command" in ended.text


def test_a_conversation_is_summarised_and_goes_on(demo: DemoThread, tmp_path: Path) -> None:
    """/compact needs one answer, and the next prompt is answered as before."""
    seen: list[str] = []
    demo.model.asking = lambda name, _attempt, _request: seen.append(name)

    async def play(player: Player) -> list[Turn]:
        return [await player.ask(prompt) for prompt in ("demo: echo", "/compact", "demo: echo two")]

    _first, compacted, after = run(tmp_path, demo.environment(), play)
    demo.model.asking = None

    assert seen == ["echo", "helper-summary", "echo"]
    assert "compact_boundary" in compacted.notes
    assert after.text == "demo: echo two"


def test_a_resumed_conversation_needs_no_memory_of_the_model(tmp_path: Path) -> None:
    """Another model, with another key, goes on in the middle of a turn's conversation."""
    with DemoThread([TESTS], pace=0) as first:
        begun: Turn = run(tmp_path, first.environment(), lambda player: player.ask("demo: two-tools"))
    assert begun.result is not None
    with DemoThread([TESTS], pace=0) as second:
        seen: list[int] = []
        second.model.asking = lambda _name, _attempt, asked_for: seen.append(len(asked.read(asked_for).prompts))
        resumed: Turn = run(
            tmp_path, second.environment(), lambda player: player.ask("demo: two-tools"), resume=begun.result.session_id
        )

    assert (begun.text, resumed.text) == ("Both are through.", "Both are through.")
    assert set(seen) == {2}


def expected(scenario: Scenario) -> int | None:
    """What the `about` line of a weather scenario promises: None (answered) or the status it fails with."""
    found = re.search(r"Expected: (?:answered|failed (\d+))\.$", scenario.about)
    assert found is not None, scenario.name
    return int(found.group(1)) if found.group(1) else None


def test_the_weather_is_as_forecast(tmp_path: Path) -> None:
    """Each weather ends as its file says; the answer is whole, said once, and a tool has run once."""
    weather = [scenario for scenario in ALL if scenario.name.startswith("weather-")]
    turns: dict[str, Turn] = {}
    settings = {"API_TIMEOUT_MS": "3000", "CLAUDE_CODE_MAX_RETRIES": "2"}

    async def all_of_it() -> None:
        def part(number: int) -> Any:
            async def play(player: Player) -> None:
                for scenario in weather[number::3]:
                    turns[scenario.name] = await player.ask(f"demo: {scenario.name}")

            environment = thread.environment()
            return played(tmp_path / str(number), environment, play, env=settings)

        await asyncio.gather(*(part(number) for number in range(3)))

    with DemoThread([SHIPPED, TESTS]) as thread:
        asyncio.run(all_of_it())

    assert len(weather) >= 20
    for scenario in weather:
        turn = turns[scenario.name]
        assert turn.status == expected(scenario), scenario.name
        if turn.status is None:
            parts = [part for reply in scenario.replies for part in reply.content if isinstance(part, TextPart)]
            assert [turn.text.count(part.text) for part in parts] == [1] * len(parts), scenario.name
    for log in tmp_path.glob("*/work/*.log"):
        assert log.read_text() == "once\n", log.name
    assert turns["weather-529-twice"].retries == [529, 529]
    assert turns["weather-429-retry-after"].retries == [429]
    assert turns["weather-cut-middle"].streamed.startswith(SAID)
    assert turns["weather-cut-middle"].streamed.count(SAID) == 2


def test_visitors_can_look_at_errors_and_recovery(tmp_path: Path) -> None:
    """Each error scenario fails with its status; the overloaded API and the cut connection recover."""
    statuses = {f"error-{status}": status for status in faults.ERRORS}
    turns: dict[str, Turn] = {}

    async def both() -> None:
        def part(names: list[str], retries: int) -> Any:
            async def play(player: Player) -> None:
                for name in names:
                    turns[name] = await player.ask(f"demo: {name}")

            home = tmp_path / str(retries)
            return played(home, thread.environment(), play, env={"CLAUDE_CODE_MAX_RETRIES": str(retries)})

        await asyncio.gather(part(list(statuses), 1), part(["retries", "cut"], 3))

    with DemoThread(pace=0) as thread:
        asyncio.run(both())

    assert {name: turns[name].status for name in statuses} == statuses
    assert all(turns[name].remarks and not turns[name].text for name in statuses)
    assert (turns["retries"].status, turns["retries"].retries) == (None, [529, 429])
    assert (turns["cut"].status, turns["cut"].text.count("A streamed answer is provisional")) == (None, 1)
    assert turns["cut"].streamed.count("A streamed answer is provisional") == 2


def test_a_wrong_key_ends_in_a_401(demo: DemoThread, tmp_path: Path) -> None:
    """Claude Code with another key is refused as by the real API."""
    environment = {**demo.environment(), "ANTHROPIC_API_KEY": "demo-wrong"}
    turn: Turn = run(
        tmp_path, environment, lambda player: player.ask("demo: echo"), env={"CLAUDE_CODE_MAX_RETRIES": "1"}
    )

    assert (turn.status, turn.retries, turn.text) == (401, [401], "")
