"""The demo model's scenarios in a notebook: the real CLI, the real tools, a real kernel, and nobody's page."""

from __future__ import annotations

import json
from typing import Any

from channel_client import ChannelClient, Frame
from load import teach
from server_stage import Stage

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def write(stage: Stage, *sources: str) -> str:
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for n, source in enumerate(sources)
    ]
    (stage.root / "walk.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5})
    )
    return "walk.ipynb"


def sources(stage: Stage) -> list[str]:
    return ["".join(cell["source"]) for cell in saved(stage)]


def saved(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((stage.root / "walk.ipynb").read_text())["cells"]
    return found


async def begin(stage: Stage, *cells: str) -> ChannelClient:
    session = await stage.create(write(stage, *cells))
    teach(stage, pace=0)
    return await stage.channel(session)


async def play(client: ChannelClient, text: str, *answers: dict[str, Any]) -> list[Frame]:
    """Send a prompt and answer its questions, in order; the frames of the turn."""
    start = len(client.frames)
    await client.prompt(text)
    place = start
    for answer in answers:
        question = await client.wait("question", after=place)
        place = client.frames.index(question) + 1
        settled = {"type": "answer", "question": question["question"], "nonce": question["nonce"], **answer}
        await client.send(settled)
    ended = await client.wait("turn_ended", after=place)
    return client.frames[start : client.frames.index(ended) + 1]


def replies(frames: list[Frame]) -> list[str]:
    return [frame["text"] for frame in frames if frame["type"] == "message" and frame["kind"] == "text"]


YES: dict[str, Any] = {"decision": "allow"}


async def test_the_walk_builds_runs_looks_and_takes_a_no(stage: Stage) -> None:
    """Three cells are reviewed and run, the plot comes back as a picture, a refusal's words are taken up."""
    client = await begin(stage, "x = 1")

    first = await play(client, "Load the data, clean it, plot it", YES, YES)
    built = sources(stage)
    second = await play(client, "Smooth the curve", {"decision": "deny", "message": "Keep every single day."})

    third = await play(client, "Which variables are there?")

    assert [source.split(":")[0] for source in built] == ["x = 1", "# Load", "# Clean", "# Plot"]
    assert "1 picture came back to me" in replies(first)[-1]
    assert all(cell["execution_count"] for cell in saved(stage)[1:])
    assert "26 days kept" in json.dumps(saved(stage)[2]["outputs"])
    assert "Keep every single day." in replies(second)[-1]
    assert sources(stage) == built
    assert "rides: dict" in replies(third)[-1]


async def test_a_cell_that_fails_is_run_read_and_mended(stage: Stage) -> None:
    """The traceback comes back from the run, and the next edit names the cell that the first one made."""
    client = await begin(stage)

    frames = await play(client, "Run a cell that fails", YES, YES, YES)

    (source,) = sources(stage)
    assert source.endswith('price["price"]')
    assert "Mended" in replies(frames)[-1]


async def test_a_long_run_is_waited_for_by_its_handle(stage: Stage) -> None:
    """The first answer is that it goes on; the second one, to the run's id, has the end."""
    client = await begin(stage)

    frames = await play(client, "Start a long computation", YES, YES)

    assert "It is not over yet" in replies(frames)[-2]
    assert "step 10 of 10" in replies(frames)[-1]
    calls = [frame["input"] for frame in frames if frame["type"] == "tool_started"]
    assert set(calls[-1]) == {"run", "wait_seconds"}


async def test_the_notebook_is_read_word_for_word(stage: Stage) -> None:
    """What the tool gave is what the reply shows; nobody was asked."""
    client = await begin(stage, "answer = 6 * 7")

    frames = await play(client, "What is in this notebook?")

    assert "answer = 6 * 7" in replies(frames)[-1]
    assert [frame["tool"] for frame in frames if frame["type"] == "sent"] == ["mcp__notebook__read_notebook"]
