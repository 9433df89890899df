"""Before Claude runs anything, the cell's own word, the mode and the person decide, in this order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from run_stage import RunStage, Talk, allow, deny, play, run_cells, run_stage

MODES = ("default", "acceptEdits", "plan", "bypassPermissions")
NEVER = {"source": "open('never-ran', 'w').close()", "metadata": {"claude": {"run": "never"}}}
RULE = "mcp__notebook__run_cells"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunStage]:
    """One server for all of these tests."""
    with run_stage(tmp_path_factory.mktemp("policy")) as made:
        yield made


def for_session(question: dict[str, Any]) -> dict[str, Any]:
    """Say yes, for the rest of the session."""
    return {"decision": "allow_session", "rule": question["ask"]["rules"][0]}


def rewrite(talk: Talk, cell: str, source: str) -> None:
    """Somebody else writes the file."""
    place = talk.file
    notebook = nbformat.read(place, as_version=4)
    (found,) = [each for each in notebook.cells if each.id == cell]
    found.source = source
    nbformat.write(notebook, place)


@pytest.mark.parametrize(
    "word",
    [
        {"claude": {"run": "never"}},
        {"claude.run": "never"},
        {"tags": ["x", "claude:never"]},
        {"tags": ["claude:never", "claude:ok"]},
    ],
    ids=["metadata", "flat", "tag", "contradiction"],
)
def test_a_cell_that_says_never_is_run_in_no_mode(stage: RunStage, word: dict[str, Any]) -> None:
    """Nobody is even asked, and a cell that may be run does not take it along."""

    async def scene(talk: Talk) -> None:
        for mode in MODES:
            await talk.mode(mode)
            turn = await talk.says(run_cells("c1", "c0"))

            assert turn.told[0].outcome in ("denied", "failed"), mode
            assert not turn.asked, mode
        assert "does not let Claude run cell c0" in turn.told[0].text
        assert not (stage.server.root / "never-ran").exists()

    play(stage, scene, {**NEVER, "metadata": word}, "1")


def test_the_code_of_a_cell_that_says_never_is_run_nowhere_else(stage: RunStage) -> None:
    """Neither as scratch code nor as a cell that Claude makes of it, also where no tool asks."""

    async def scene(talk: Talk) -> None:
        await talk.mode("bypassPermissions")
        copy = f"if True:\n    {NEVER['source']}\n"
        insert = {"edits": [{"action": "insert", "source": copy}]}
        turn = await talk.says(("run_scratch", {"code": copy}), ("edit_cells", insert))
        (made,) = set(talk.cells()) - {"c0"}
        again = await talk.says(run_cells(made))

        for told in (turn.told[0], again.told[0]):
            assert told.outcome == "failed"
            assert "contains cell c0" in told.text
        assert not (stage.server.root / "never-ran").exists()

    play(stage, scene, NEVER)


def test_nothing_runs_in_plan_mode(stage: RunStage) -> None:
    """Not even a cell that says ok; looking at the kernel is allowed."""

    async def scene(talk: Talk) -> None:
        await talk.mode("plan")
        calls = (run_cells("c0"), ("run_scratch", {"code": "1"}), ("kernel", {"action": "restart"}))
        for call in calls:
            turn = await talk.says(call)
            assert turn.told[0].outcome == "denied"
            assert "plan mode" in turn.told[0].text
            assert not turn.asked
        assert (await talk.says(("kernel", {"action": "state"}))).told[0].outcome == "done"
        assert talk.cells()["c0"].execution_count is None

    play(stage, scene, {"source": "1", "metadata": {"tags": ["claude:ok"]}})


def test_a_cell_that_says_ok_runs_unasked_and_one_that_says_ask_is_always_asked_about(stage: RunStage) -> None:
    """The first in the most careful mode, the second in the least careful one and in spite of a rule."""

    async def scene(talk: Talk) -> None:
        assert not (await talk.says(run_cells("ok"))).asked
        (question,) = (await talk.says(run_cells("plain"), decide=for_session)).asked
        assert question["rules"] == [{"tool": RULE}]
        assert not (await talk.says(run_cells("plain"))).asked
        (question,) = (await talk.says(run_cells("plain", "ask"))).asked
        assert question["rules"] == []
        assert [cell["policy"] for cell in question["cells"]] == ["ask", "ask"]
        await talk.mode("bypassPermissions")
        assert not (await talk.says(run_cells("plain"))).asked
        turn = await talk.says(run_cells("ask"), decide=deny)
        assert len(turn.asked) == 1
        assert "Not now." in turn.told[0].text
        assert (await talk.ran("ask"))["ask"].execution_count == 5

    play(
        stage,
        scene,
        {"id": "ok", "source": "1", "metadata": {"tags": ["claude:ok"]}},
        {"id": "plain", "source": "2"},
        {"id": "ask", "source": "3", "metadata": {"claude": {"run": "ask"}}},
    )


def test_what_claude_wrote_unseen_is_not_what_the_person_said_ok_to(stage: RunStage) -> None:
    """Where edits land without review, a cell that says ok is asked about once Claude changed it."""

    async def scene(talk: Talk) -> None:
        await talk.mode("acceptEdits")
        edit = {"edits": [{"action": "replace", "cell": "c0", "source": "2"}]}
        turn = await talk.says(("read_notebook", {}), ("edit_cells", edit), run_cells("c0"))

        assert [ask["what"] for ask in turn.asked] == ["cells"]
        assert turn.asked[0]["cells"][0]["source"] == "2"

    play(stage, scene, {"source": "1", "metadata": {"tags": ["claude:ok"]}})


def test_the_question_shows_sources_and_how_long_they_took(stage: RunStage) -> None:
    """As our own run measured it, else as JupyterLab recorded it, else not at all."""

    async def scene(talk: Talk) -> None:
        (first,) = (await talk.says(run_cells("c0", "c1", "c2"))).asked
        (second,) = (await talk.says(run_cells("c0"))).asked

        assert [cell["source"] for cell in first["cells"]] == ["import time; time.sleep(0.2)", "1", "2"]
        assert [cell.get("last_ms") for cell in first["cells"]] == [None, 2_460_000, None]
        assert second["cells"][0]["last_ms"] >= 200

    recorded = {"iopub.execute_input": "2026-05-06T10:00:00.000Z", "shell.execute_reply": "2026-05-06T10:41:00.000Z"}
    play(stage, scene, "import time; time.sleep(0.2)", {"source": "1", "metadata": {"execution": recorded}}, "2")


def test_what_was_approved_is_what_runs(stage: RunStage) -> None:
    """A cell that is another when the person says yes is not run; neither is one that changes in mid-run."""

    async def scene(talk: Talk) -> None:
        def changes_and_allows(question: dict[str, Any]) -> dict[str, Any]:
            rewrite(talk, "c0", "open('other', 'w').close()")
            return allow(question)

        told = await talk.run("c0", decide=changes_and_allows)

        assert told.outcome == "failed"
        assert "Cell c0 is another now; nothing was run." in told.text
        assert not (stage.server.root / "other").exists()
        told = await talk.run("c1", "c2")
        assert told.states == ["ok", "changed"]
        assert not (stage.server.root / "other").exists()

    changes = f"""
import json, pathlib
for place in pathlib.Path().glob("notebook-*.ipynb"):
    notebook = json.loads(place.read_text())
    for cell in notebook["cells"]:
        if cell["id"] == "c2":
            cell["source"] = {json.dumps("open('other', 'w').close()")}
    place.write_text(json.dumps(notebook))
""".strip()
    play(stage, scene, "1", changes, "2")


def test_a_cell_that_is_otherwise_than_claude_read_it_is_not_run(stage: RunStage) -> None:
    """It is told the source as it is now, without a question; after that it may run it."""

    async def scene(talk: Talk) -> None:
        await talk.says(("read_notebook", {"cells": ["c0"]}))
        rewrite(talk, "c0", "1 + 1")
        turn = await talk.says(run_cells("c0"), run_cells("c0"))

        refused, ran = turn.told
        assert refused.outcome == "failed"
        assert "1 + 1" in refused.text
        assert ran.states == ["ok"]
        assert len(turn.asked) == 1

    play(stage, scene, "1")


def test_who_edits_scratch_code_in_the_question_runs_what_they_wrote(stage: RunStage) -> None:
    """What Claude is told is what that gave."""

    async def scene(talk: Talk) -> None:
        edited = {"decision": "allow", "input": {"code": "'edited'"}}
        turn = await talk.says(("run_scratch", {"code": "'proposed'"}), decide=lambda question: edited)

        assert "edited" in turn.told[0].text
        assert "proposed" not in turn.told[0].text

    play(stage, scene, "1")


def test_interrupt_and_restart_are_always_asked_about(stage: RunStage) -> None:
    """In every mode that runs anything, and no rule is offered."""

    async def scene(talk: Talk) -> None:
        await talk.run("c0")
        for mode in ("default", "acceptEdits", "bypassPermissions"):
            await talk.mode(mode)
            for action in ("interrupt", "restart"):
                turn = await talk.says(("kernel", {"action": action}), decide=deny)
                (question,) = turn.asked
                assert (question["what"], question["rules"]) == (action, [])
                assert turn.told[0].outcome in ("denied", "failed")
        assert (await talk.says(("run_scratch", {"code": "x"}))).told[0].states == ["ok"]
        turn = await talk.says(("kernel", {"action": "restart"}))
        assert "all variables are gone" in turn.told[0].text
        assert (await talk.says(("run_scratch", {"code": "x"}))).told[0].states == ["error"]

    play(stage, scene, "x = 1")


def test_arguments_that_make_no_sense_are_told_without_a_question(stage: RunStage) -> None:
    """The answer says what to give instead."""

    async def scene(talk: Talk) -> None:
        calls = (
            run_cells(),
            run_cells("nowhere"),
            ("run_cells", {"run": "run-00000000"}),
            ("run_scratch", {"code": " "}),
            ("kernel", {"action": "explode"}),
        )
        for call in calls:
            turn = await talk.says(call)
            assert turn.told[0].outcome == "failed", call
            assert not turn.asked, call

    play(stage, scene, "1")
