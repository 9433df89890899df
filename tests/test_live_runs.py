"""Claude runs cells in a notebook that is open in a page: the page sends them, the server hears what comes of it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import nbformat
import pytest
from run_page import RunningPage
from run_stage import Talk, run_cells, until
from server_stage import Stage

LONG = "import time\nprint('begun', flush=True)\ntime.sleep(600)"


@asynccontextmanager
async def opened(stage: Stage, *sources: str, **more: Any) -> AsyncIterator[tuple[RunningPage, Talk]]:
    """A new notebook of these cells, open in a page, and a session of it."""
    path = "run.ipynb"
    cells = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), stage.root / path)
    session_id = await stage.create(path)
    page = RunningPage(stage, **more)
    await page.connect()
    try:
        await page.start(path)
        yield page, Talk(stage.demo_model, stage.root, path, await stage.channel(session_id))
    finally:
        await page.leave()


async def began(page: RunningPage, talk: Talk) -> None:
    """Wait until the first cell gave something out in the page."""

    async def look() -> bool:
        return bool(page.documents[talk.path].notebook["cells"][0].get("outputs"))

    await until(look)


async def test_the_page_runs_the_cells_and_claude_is_told_as_without_one(stage: Stage) -> None:
    """State, duration and outputs are those that the server heard; the document has what the page put there."""
    async with opened(stage, "print('hello')", "", "1 / 0", "2") as (_, talk):
        told = await talk.run("c0", "c1", "c2", "c3")

        assert told.run["where"] == "live"
        assert told.states == ["ok", "ok", "error", "aborted"]
        assert "hello" in told.text
        assert "ZeroDivisionError" in told.text
        assert talk.cells()["c0"].outputs[0]["text"] == "hello\n"


async def test_input_is_given_by_the_person_in_the_page(stage: Stage) -> None:
    """The run goes on with what they type."""
    async with opened(stage, "name = input('Your name? ')\nprint('Hello', name)") as (_, talk):
        turn = await talk.says(run_cells("c0"), ("run_cells", {"run": "{found_run}"}))

        assert turn.told[-1].states == ["ok"]
        assert "Hello Ann" in turn.told[-1].text


async def test_code_that_waits_for_input_is_reported_with_its_prompt(stage: Stage) -> None:
    """Claude is told at once, however long it meant to wait, and can stop it."""
    async with opened(stage, "input('Your name? ')", waits=True) as (_, talk):
        turn = await talk.says(run_cells("c0", wait_seconds=600), ("run_cells", {"run": "{found_run}", "stop": True}))

        asking, stopped = turn.told
        assert asking.states == ["input"]
        assert asking.run["cells"][0]["prompt"] == "Your name? "
        assert "only the person can type" in asking.text
        assert stopped.states == ["interrupted"]


async def test_when_the_page_goes_the_run_goes_on_and_its_outputs_are_kept(stage: Stage) -> None:
    """What the page had sent is followed to its end, the rest is run from the server, and the file has it all."""
    async with opened(
        stage,
        "import time, os\nprint('begun', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.05)\nprint('ended')",
        "print('next')",
    ) as (page, talk):
        turn = asyncio.create_task(talk.says(run_cells("c0", "c1", wait_seconds=600)))
        await page.called("run")

        await began(page, talk)
        await page.leave()
        (talk.file.parent / "go").touch()
        told = (await turn).told[0]

        assert told.states == ["ok", "ok"]
        assert told.run["where"] == "file"
        cells = await talk.ran("c1")
        assert cells["c0"].outputs[0]["text"] == "begun\nended\n"
        assert cells["c1"].outputs[0]["text"] == "next\n"


@pytest.mark.parametrize("fate", ["restarted", "died"])
async def test_a_kernel_that_goes_in_mid_run_is_reported(stage: Stage, fate: str) -> None:
    """Restarted by the person or killed, though the page, which hears nothing more of it, does not answer."""
    async with opened(stage, f"import os\nopen('pid', 'w').write(str(os.getpid()))\n{LONG}", "2") as (page, talk):
        turn = asyncio.create_task(talk.says(run_cells("c0", "c1", wait_seconds=600)))
        await began(page, talk)

        if fate == "restarted":
            kernel = page.documents[talk.path].kernel
            await stage.request("POST", f"{stage.base_url}api/kernels/{kernel}/restart", {})
        else:
            os.kill(int((talk.file.parent / "pid").read_text()), signal.SIGKILL)
        told = (await turn).told[0]

        assert told.states == ["lost", "aborted"]
        assert told.run["kernel"] == fate
