"""Claude runs cells in the notebook's kernel, with no page open: the server does it, and the file gets the outputs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from run_stage import RunStage, Talk, play, run_cells, run_stage, until

LONG = "import time\nprint('begun', flush=True)\ntime.sleep(600)"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunStage]:
    """One server for all of these tests."""
    with run_stage(tmp_path_factory.mktemp("runs")) as made:
        yield made


async def begun(talk: Talk, cell: str = "c0") -> None:
    """Wait until a cell that prints and then sleeps does."""

    async def look() -> bool:
        return bool(talk.cells()[cell].outputs)

    await until(look)


async def while_it_runs(talk: Talk, act: Any, *cells: str) -> Any:
    """Run cells, and do something when the first one sleeps; what Claude is told."""
    turn = asyncio.create_task(talk.says(run_cells(*cells, wait_seconds=600)))
    await begun(talk)
    await act()
    return (await turn).told[0]


def test_a_run_answers_once_with_state_duration_and_outputs(stage: RunStage) -> None:
    """One call: the kernel is started, the cells run, and both Claude and the file have what they gave out."""

    async def scene(talk: Talk) -> None:
        told = await talk.run("c0", "c1")

        assert told.states == ["ok", "ok"]
        assert "Cell c0: ok, after" in told.text
        assert "hello" in told.text
        assert "42" in told.text
        assert all(isinstance(cell["duration_ms"], int) for cell in told.run["cells"])
        cells = await talk.ran("c1")
        assert cells["c0"].outputs == [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]
        assert cells["c1"].outputs[0]["data"] == {"text/plain": "42"}
        assert [cells[cell].execution_count for cell in ("c0", "c1")] == [1, 2]

    play(stage, scene, "print('hello')", "6 * 7")


def test_a_kernel_that_is_started_for_a_run_is_the_notebook_s(stage: RunStage) -> None:
    """A tab that opens the notebook later finds a Jupyter session of its path, and in it what the run defined."""

    async def scene(talk: Talk) -> None:
        await talk.run("c0")

        (session,) = [each for each in await stage.api("GET", "sessions") if each["path"] == talk.path]
        assert session["type"] == "notebook"
        assert session["kernel"]["name"] == "python3"
        assert (await talk.run("c1")).states == ["ok"]
        assert await stage.kernel(talk.path) == session["kernel"]["id"]

    play(stage, scene, "x = 5", "assert x == 5")


def test_a_notebook_whose_kernel_is_not_installed_is_not_run(stage: RunStage) -> None:
    """The answer names the kernel and says who can choose another."""

    async def main() -> None:
        async with stage.talk("1", kernel="no-such-kernel") as talk:
            told = await talk.run("c0")

            assert told.outcome == "failed"
            assert "no-such-kernel is not installed" in told.text
            assert "choose a kernel" in told.text

    asyncio.run(main())


def test_a_run_stops_at_the_first_cell_that_fails(stage: RunStage) -> None:
    """What comes after it is not run, and Claude reads the error."""

    async def scene(talk: Talk) -> None:
        told = await talk.run("c0", "c1", "c2")

        assert told.states == ["ok", "error", "aborted"]
        assert "ZeroDivisionError" in told.text
        cells = await talk.ran("c1")
        assert cells["c1"].outputs[0]["ename"] == "ZeroDivisionError"
        assert cells["c2"].execution_count is None

    play(stage, scene, "1", "1 / 0", "2")


def test_a_long_run_gives_a_handle_that_can_be_awaited(stage: RunStage) -> None:
    """Past the time that Claude waits it is told what came so far; waiting on asks nobody and gives the rest."""

    async def scene(talk: Talk) -> None:
        first = await talk.run("c0", "c1", wait_seconds=0)
        handle = {"run": first.run["run"]}

        async def begun() -> bool:
            turn = await talk.says(("run_cells", {**handle, "wait_seconds": 1}))
            assert not turn.asked
            assert turn.told[0].states[1] == "waiting"
            return "begun" in turn.told[0].text

        assert not first.run["over"]
        assert json.dumps(handle) in first.text
        await until(begun)
        talk.file.with_suffix(".go").touch()
        last = (await talk.says(("run_cells", handle))).told[0]
        assert last.states == ["ok", "ok"]
        assert "ended" in last.text

    waits = """
import os, time
print("begun", flush=True)
while not os.path.exists(os.environ["JPY_SESSION_NAME"].replace(".ipynb", ".go")): time.sleep(0.05)
print("ended")
""".strip()
    play(stage, scene, waits, "2")


def test_a_run_can_be_stopped(stage: RunStage) -> None:
    """Its cell is interrupted, what has not begun never does, and nobody is asked about Claude's own run."""

    async def scene(talk: Talk) -> None:
        turn = await talk.says(
            run_cells("c0", "c1", wait_seconds=0), ("run_cells", {"run": "{found_run}", "stop": True})
        )

        assert turn.told[1].states == ["interrupted", "aborted"]
        assert len(turn.asked) == 1
        await talk.kept(
            lambda cells: cells["c0"].outputs and cells["c0"].outputs[-1].get("ename") == "KeyboardInterrupt"
        )

    play(stage, scene, LONG, "2")


def test_what_the_person_interrupts_is_reported(stage: RunStage) -> None:
    """Whoever interrupts the kernel: the run that waits answers."""

    async def scene(talk: Talk) -> None:
        async def interrupt() -> None:
            await stage.api("POST", f"kernels/{await stage.kernel(talk.path)}/interrupt")

        told = await while_it_runs(talk, interrupt, "c0", "c1")

        assert told.states == ["interrupted", "aborted"]

    play(stage, scene, LONG, "2")


def test_who_stops_claude_stops_what_it_runs(stage: RunStage) -> None:
    """The turn is interrupted, and so is the cell."""

    async def scene(talk: Talk) -> None:
        turn = asyncio.create_task(talk.says(run_cells("c0", wait_seconds=600)))
        await begun(talk)
        await talk.channel.send({"type": "interrupt"})
        await turn

        async def interrupted() -> bool:
            return talk.cells()["c0"].outputs[-1].get("ename") == "KeyboardInterrupt"

        await until(interrupted)

    play(stage, scene, LONG)


def test_code_that_asks_for_input_is_told_that_nobody_can_give_it(stage: RunStage) -> None:
    """It fails at once instead of waiting for ever, and Claude is told what to do."""

    async def scene(talk: Talk) -> None:
        told = await talk.run("c0")

        assert told.states == ["error"]
        assert "asks for input, which nobody can give" in told.text

    play(stage, scene, "name = input('Your name? ')")


def test_a_restart_in_mid_run_is_reported_and_the_next_run_works(stage: RunStage) -> None:
    """By Jupyter's own API, as Lab's button does it: the run is lost, and says so."""

    async def scene(talk: Talk) -> None:
        async def restart() -> None:
            await stage.api("POST", f"kernels/{await stage.kernel(talk.path)}/restart")

        told = await while_it_runs(talk, restart, "c0", "c1")

        assert told.states == ["lost", "aborted"]
        assert told.run["kernel"] == "restarted"
        assert "The kernel was restarted meanwhile" in told.text
        assert (await talk.run("c1")).states == ["ok"]

    play(stage, scene, LONG, "2")


def test_a_kernel_that_dies_is_reported_and_comes_back(stage: RunStage) -> None:
    """Killed from inside, as by the lack of memory; Jupyter starts it again, and the next run waits for that."""

    async def scene(talk: Talk) -> None:
        told = await talk.run("c0", "c1")

        assert told.states == ["lost", "aborted"]
        assert told.run["kernel"] == "died"
        assert "The kernel died meanwhile" in told.text
        assert (await talk.run("c1")).states == ["ok"]

    play(stage, scene, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "2")


def test_a_kernel_that_is_shut_down_is_reported(stage: RunStage) -> None:
    """The next run starts another one."""

    async def scene(talk: Talk) -> None:
        async def end() -> None:
            await stage.api("DELETE", f"kernels/{await stage.kernel(talk.path)}")

        told = await while_it_runs(talk, end, "c0")

        assert told.states == ["lost"]
        assert told.run["kernel"] == "died"
        assert (await talk.run("c1")).states == ["ok"]

    play(stage, scene, LONG, "2")


def test_the_file_has_what_a_long_cell_gave_out_so_far(stage: RunStage) -> None:
    """Whoever opens the notebook in mid-run sees it; nothing waits for the end."""

    async def scene(talk: Talk) -> None:
        seen: list[str] = []

        async def look() -> None:
            seen.append(talk.cells()["c0"].outputs[0]["text"])
            await stage.api("POST", f"kernels/{await stage.kernel(talk.path)}/interrupt")

        await while_it_runs(talk, look, "c0")
        assert seen == ["begun\n"]

    play(stage, scene, LONG)


DISPLAYS = """
from IPython.display import clear_output, display, update_display
display("first", display_id="one")
print("50%", end="\\r")
print("100%")
""".strip()
CLEARS = """
from IPython.display import clear_output, display, update_display
update_display("second", display_id="one")
print("gone"); clear_output()
print("kept until then"); clear_output(wait=True); print("there")
""".strip()


def test_outputs_are_what_a_page_would_have(stage: RunStage) -> None:
    """Streams are one output, carriage returns overwrite, displays are updated from other cells, clearing clears."""

    async def scene(talk: Talk) -> None:
        await talk.run("c0", "c1")

        cells = await talk.kept(lambda cells: "second" in str(cells["c0"].outputs))
        display, text = cells["c0"].outputs
        assert display["data"] == {"text/plain": "'second'"}
        assert text["text"] == "100%\n"
        assert [output["text"] for output in cells["c1"].outputs] == ["there\n"]

    play(stage, scene, DISPLAYS, CLEARS)


def test_what_a_thread_writes_after_its_cell_is_kept(stage: RunStage) -> None:
    """As a page would show it under the cell that started the thread."""

    async def scene(talk: Talk) -> None:
        await talk.run("c0")

        async def late() -> bool:
            return any("late" in output.get("text", "") for output in talk.cells()["c0"].outputs)

        await until(late)

    thread = "threading.Thread(target=lambda: (time.sleep(1), print('late'))).start()"
    play(stage, scene, f"import threading, time\nprint('now')\n{thread}")


def test_a_huge_output_is_bounded(stage: RunStage) -> None:
    """Its beginning and its end are kept, in the file and in what Claude is told."""

    async def scene(talk: Talk) -> None:
        told = await talk.run("c0", wait_seconds=600)

        assert told.states == ["ok"]
        assert len(told.text) < 50_000
        (output,) = (await talk.ran("c0"))["c0"].outputs
        assert len(output["text"]) < 5 << 20
        assert output["text"].startswith("first line\n")
        assert "characters are left out" in output["text"]
        assert output["text"].endswith("last line\n")

    play(stage, scene, "print('first line')\nfor n in range(400): print('x' * 50_000)\nprint('last line')")


def test_a_flood_of_outputs_loses_neither_the_first_nor_the_last(stage: RunStage) -> None:
    """However fast a kernel writes: nothing that is kept is missing, and the run ends."""

    async def scene(talk: Talk) -> None:
        told = await talk.run("c0", wait_seconds=600)

        assert told.states == ["ok"]
        outputs = (await talk.ran("c0"))["c0"].outputs
        shown = [int(output["data"]["text/plain"]) for output in outputs if output["output_type"] == "display_data"]
        assert shown[:100] == list(range(100))
        assert shown[-100:] == list(range(2_900, 3_000))
        assert len(outputs) < 1_100
        assert any("2,000 outputs are left out" in output.get("text", "") for output in outputs)

    play(stage, scene, "for n in range(3_000): display(n)")


def test_scratch_code_leaves_no_trace_in_the_notebook(stage: RunStage) -> None:
    """It sees the kernel's variables and gives its value; the file, the history and the count stay."""

    async def scene(talk: Talk) -> None:
        await talk.run("c0")
        before = talk.file.read_bytes()
        turn = await talk.says(("run_scratch", {"code": "x * 2"}))

        assert "42" in turn.told[0].text
        assert turn.asked[0]["what"] == "scratch"
        assert turn.asked[0]["code"] == "x * 2"
        assert talk.file.read_bytes() == before
        assert (await talk.run("c1")).states == ["ok"]
        assert (await talk.ran("c1"))["c1"].execution_count == 2

    play(stage, scene, "x = 21", "assert 'x * 2' not in In")


def test_the_kernel_tells_its_state(stage: RunStage) -> None:
    """Looking asks nobody."""

    async def scene(talk: Talk) -> None:
        turn = await talk.says(("kernel", {"action": "state"}), run_cells("c0"), ("kernel", {"action": "state"}))

        assert "No kernel is running" in turn.told[0].text
        assert "Kernel python3, python:" in turn.told[2].text
        assert [ask["what"] for ask in turn.asked] == ["cells"]

    play(stage, scene, "1")


@pytest.mark.large
@pytest.mark.timeout(1800)
def test_fifty_restarts_in_mid_run_are_all_reported(stage: RunStage) -> None:
    """In turn asked of Jupyter and a death; each time the run answers, and the next one works."""

    async def scene(talk: Talk) -> None:
        place = talk.file.with_suffix(".pid")

        async def there() -> str:
            return place.read_text() if place.exists() else ""

        for number in range(50):
            place.unlink(missing_ok=True)
            turn = asyncio.create_task(talk.says(run_cells("c0", wait_seconds=600)))
            pid = int(await until(there))
            if number % 2:
                os.kill(pid, signal.SIGKILL)
            else:
                await stage.api("POST", f"kernels/{await stage.kernel(talk.path)}/restart")
            told = (await turn).told[0]

            assert told.states == ["lost"], number
            assert told.run["kernel"] == ("died" if number % 2 else "restarted"), number
            assert (await talk.run("c1")).states == ["ok"], number

    sleeps = """
import os, pathlib, time
pathlib.Path(os.environ["JPY_SESSION_NAME"]).with_suffix(".pid").write_text(str(os.getpid()))
time.sleep(600)
""".strip()
    play(stage, scene, sleeps, "1")
