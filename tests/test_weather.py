"""The API's weather, script by script, through the real CLI: shown at once, completed once, or failed with a remedy."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_room import Client, ended, room

from jupyter_claude_workspace.demo import scenario
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.protocol.frames import (
    Discard,
    Message,
    Notice,
    Piece,
    ToolFinished,
    TurnEnded,
    TurnStarted,
)

TESTS = Path(__file__).parent / "scenarios"
SCRIPTS = [made for made in scenario.load([TESTS]) if made.name.startswith("weather-")]
RETRIES = 3
# What the demo model says when Claude Code, after a break, asks it to go on and nothing is left to say.
NOTHING_LEFT = "(That was all; the connection broke just after it.)"


@pytest.fixture(scope="module")
def attempts() -> Counter[str]:
    """How often the CLI asked, by scenario."""
    return Counter()


@pytest.fixture(scope="module")
def demo(attempts: Counter[str]) -> Iterator[DemoThread]:
    with DemoThread([scenario.SHIPPED, TESTS], asking=lambda name, _attempt, _body: attempts.update([name])) as made:
        yield made


def shown(frames: list[Any]) -> str:
    """What a panel shows as the reply at the end of these frames: whole blocks, and pieces that nothing replaced."""
    blocks: dict[tuple[str, int], str] = {}
    whole: set[tuple[str, int]] = set()
    for frame in frames:
        if isinstance(frame, Piece):
            key = (frame.message, frame.block)
            blocks[key] = blocks.get(key, "") + (frame.text if frame.type == "text" else "")
        elif isinstance(frame, Message):
            blocks[frame.message, frame.block] = frame.text
            whole.add((frame.message, frame.block))
        elif isinstance(frame, Discard):
            blocks = {key: text for key, text in blocks.items() if key[0] != frame.message or key in whole}
    return "".join(blocks.values())


def reply_of(script: Any) -> str:
    """All the text that a scenario says when all goes well."""
    return "".join(block.text for reply in script.replies for block in reply.content if getattr(block, "text", None))


async def play(client: Client, script: Any, attempts: Counter[str]) -> str:
    """Run one script; returns what was wrong, or nothing."""
    before = attempts[script.name]
    frames = await client.ask(f"demo: {script.name}")
    end, expected = ended(frames), re.search(r"Expected: (answered|failed) ?(\d*)", script.about)
    assert expected is not None, script.about
    tried = attempts[script.name] - before
    turns = [sum(isinstance(frame, kind) for frame in frames) for kind in (TurnStarted, TurnEnded)]
    notices = [frame.over for frame in frames if isinstance(frame, Notice) and frame.code == "retrying"]
    wrong = []
    if turns != [1, 1]:
        wrong.append(f"{turns} turns")
    if notices and not notices[-1]:
        wrong.append("the countdown was not taken away")
    if expected[1] == "answered":
        if end.why != "completed":
            wrong.append(f"{end.why}: {end.problem}")
        if shown(frames).replace(NOTHING_LEFT, "").split() != reply_of(script).split():
            wrong.append(f"shown: {shown(frames)!r}")
        tools = [frame.outcome for frame in frames if isinstance(frame, ToolFinished)]
        if tools not in ([], ["done"]):
            wrong.append(f"tools: {tools}")
    else:
        if (end.why, end.prompt_kept) != ("failed", True) or end.problem is None or not end.problem.remedy:
            wrong.append(f"{end}")
        if expected[2] in ("401", "403") and tried > 2:
            wrong.append(f"{tried} attempts")
        if shown(frames):
            wrong.append(f"shown: {shown(frames)!r}")
    return f"{script.name}: {'; '.join(wrong)}" if wrong else ""


def test_every_weather_ends_well(tmp_path: Path, demo: DemoThread, attempts: Counter[str]) -> None:
    """The answer is shown once and whole, or the turn fails with a remedy and the prompt is kept."""

    async def main() -> list[str]:
        async with room(tmp_path, demo=demo, api_retries=RETRIES, api_timeout=3, prompts_per_minute=0) as made:
            clients = [await made.open(f"{number}.ipynb") for number in range(4)]
            await asyncio.gather(*(client.state("ready") for client in clients))

            async def some(number: int) -> list[str]:
                return [await play(clients[number], script, attempts) for script in SCRIPTS[number::4]]

            return [wrong for part in await asyncio.gather(*map(some, range(4))) for wrong in part if wrong]

    assert len(SCRIPTS) >= 20
    assert asyncio.run(main()) == []


def test_an_api_that_is_away_is_shown_and_comes_back(tmp_path: Path, demo: DemoThread) -> None:
    """Without a network the session opens, says so with a countdown, and the same turn is answered when it is back."""

    async def main() -> None:
        async with room(tmp_path, demo=demo, api_retries=6) as made:
            demo.offline()
            try:
                client = await made.open()
                await client.state("ready")
                await client.prompt("demo: hello")
                notice = await client.until(lambda frame: isinstance(frame, Notice) and frame.code == "retrying")
            finally:
                demo.online()
            assert notice.retry_in_ms is not None
            assert (notice.attempt, notice.max_attempts) == (1, 6)
            assert (await client.kind(TurnEnded)).why == "completed"
            assert client.frames[-1].type in ("turn_ended", "state")

    asyncio.run(main())


def test_a_failed_prompt_can_be_sent_again(tmp_path: Path, demo: DemoThread) -> None:
    """After a failed turn the session takes the next prompt as if nothing had been."""

    async def main() -> None:
        async with room(tmp_path, demo=demo, api_retries=1) as made:
            client = await made.open()
            await client.state("ready")
            assert ended(await client.ask("demo: weather-401")).why == "failed"
            assert ended(await client.ask("demo: hello")).why == "completed"

    asyncio.run(main())
