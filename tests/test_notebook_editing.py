"""Claude edits a notebook: what is asked before anything changes, what lands, and what Claude is told of it."""

from __future__ import annotations

from engine_room import Client, Room
from notebook_stage import HELLO, Call, Play, call, edit, of, told, until_asked, until_over
from plain_notebooks import PlainNotebooks

from jupyter_claude_workspace.protocol.frames import (
    Interrupt,
    Question,
    QuestionSettled,
    Restart,
    Rewind,
    Sent,
    ToolFinished,
)

READ = call("read_notebook")
CHANGE = edit({"action": "edit", "cell": "aa", "old": "1", "new": "2"})
AGAIN = edit({"action": "edit", "cell": "aa", "old": "2", "new": "3"})
SCRIPTS: dict[str, list[Call]] = {
    "reads-and-edits": [READ, CHANGE],
    "edits": [CHANGE],
    "edits-again": [AGAIN],
    "edits-unread": [call("read_notebook", cells=["aa", "zz"]), CHANGE, CHANGE],
    "reads-outline": [READ],
    "builds": [
        READ,
        edit(
            {"action": "insert", "source": "# Title", "cell_type": "markdown", "after": "start"},
            {"action": "insert", "source": "first", "after": "aa"},
            {"action": "insert", "source": "second", "after": "aa"},
            {"action": "insert", "source": "last"},
            {"action": "move", "cell": "bb", "after": "start"},
            {"action": "edit", "cell": "aa", "old": "x", "new": "y"},
            {"action": "edit", "cell": "aa", "old": "1", "new": "2"},
            {"action": "delete", "cell": "cc"},
        ),
    ],
    "three": [
        READ,
        edit(
            {"action": "replace", "cell": "aa", "source": "x = 2"},
            {"action": "replace", "cell": "bb", "source": "# Text 2"},
            {"action": "insert", "source": "last"},
        ),
    ],
    "same": [READ, edit({"action": "replace", "cell": "aa", "source": "x = 1"})],
}


def test_an_edit_that_was_allowed_lands(play_notebook: Play) -> None:
    """What was read and allowed is changed, keeps its outputs, and the call's card has what became of it."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        frames = await client.ask("demo: reads-and-edits")
        (_, outline), (outcome, said) = told(frames)
        assert '<cell id="aa" type="code" execution_count="3"' in outline
        assert (outcome, said) == ("done", "- replaced `aa`.")
        cell = notebooks.notebook["cells"][0]
        assert (cell["source"], cell["outputs"], cell["execution_count"]) == ("x = 2", [HELLO], 3)
        detail = of(frames, ToolFinished)[1].detail
        assert [(cell["action"], cell["before"], cell["source"]) for cell in detail["cells"]] == [
            ("replace", "x = 1", "x = 2")
        ]
        assert [verdict["accept"] for verdict in detail["verdicts"]] == [True]
        assert len(of(frames, Question)) == 1

    play_notebook(scene)


def test_one_call_builds_a_notebook(play_notebook: Play) -> None:
    """Edits of one call are done together, in order; several of one cell are one change."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        _, (outcome, said) = told(await client.ask("demo: builds"))
        assert outcome == "done"
        sources = [cell["source"] for cell in notebooks.notebook["cells"]]
        assert sources == ["# Text", "# Title", "y = 2", "first", "second", "last"]
        assert len(notebooks.edits) == 1
        for cell in notebooks.notebook["cells"]:
            if cell["id"] not in ("aa", "bb"):
                assert f"inserted `{cell['id']}`" in said
        assert "- deleted `cc`." in said

    play_notebook(scene)


def test_a_cell_that_was_not_read_is_not_edited(play_notebook: Play) -> None:
    """The first edit of a cell that was not shown is refused unasked with its source; then it is known."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        start = len(client.frames)
        question = await until_asked(client, "demo: edits-unread")
        (read, _), (outcome, said) = told(client.frames[start:])
        assert (read, outcome) == ("failed", "failed")
        assert "`aa` was not read yet" in said
        assert "x = 1" in said
        assert not notebooks.edits
        await client.answer(question)
        frames = await until_over(client, start)
        assert [outcome for outcome, _ in told(frames)] == ["failed", "failed", "done"]
        assert notebooks.source("aa") == "x = 2"

    play_notebook(scene)


def test_an_edit_of_a_cell_that_changed_since_is_refused(play_notebook: Play) -> None:
    """What the person typed after Claude read the cell stays. Claude is told it, as the ledger has it, and may try."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        await client.ask("demo: reads-outline")
        notebooks.type_into("aa", "x = 1  # mine")
        frames = await client.ask("demo: edits")
        ((outcome, said),) = told(frames)
        assert outcome == "failed"
        assert "changed since you read it" in said
        assert "x = 1  # mine" in said
        (sent,) = of(frames, Sent)
        assert [(item.kind, item.what, item.excerpt) for item in sent.items] == [("source", "aa", "x = 1  # mine")]
        assert not of(frames, Question)
        assert notebooks.source("aa") == "x = 1  # mine"
        await client.ask("demo: edits")
        assert notebooks.source("aa") == "x = 2  # mine"

    play_notebook(scene)


def test_what_is_typed_during_the_review_stays(play_notebook: Play) -> None:
    """A cell that changes while its edit waits for the person is not overwritten by their yes."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        start = len(client.frames)
        question = await until_asked(client, "demo: reads-and-edits")
        notebooks.type_into("aa", "x = 100")
        await client.answer(question)
        _, (outcome, said) = told(await until_over(client, start))
        assert outcome == "failed"
        assert "x = 100" in said
        assert notebooks.source("aa") == "x = 100"
        assert not notebooks.edits

    play_notebook(scene)


def test_what_is_removed_during_the_review_stays_away(play_notebook: Play) -> None:
    """A cell that is deleted while its edit waits is not brought back by a yes, and Claude is told which one it was."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        start = len(client.frames)
        question = await until_asked(client, "demo: reads-and-edits")
        notebooks.remove("aa")
        await client.answer(question)
        _, (outcome, said) = told(await until_over(client, start))
        assert outcome == "failed"
        assert "removed `aa`" in said
        assert "read_notebook" in said
        assert [cell["id"] for cell in notebooks.notebook["cells"]] == ["bb", "cc"]

    play_notebook(scene)


def test_each_change_is_decided_by_itself(play_notebook: Play) -> None:
    """Of several changes one lands, one as the person wrote it, and one not; Claude is told which and why."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        start = len(client.frames)
        question = await until_asked(client, "demo: three")
        assert [change.cell for change in question.ask.changes[:2]] == ["aa", "bb"]
        changes = [
            {"change": 0, "accept": False, "message": "Keep x."},
            {"change": 1, "accept": True, "source": "# Better"},
            {"change": 2, "accept": True},
        ]
        await client.answer(question, changes=changes)
        frames = await until_over(client, start)
        _, (outcome, said) = told(frames)
        assert outcome == "done"
        rejected, edited, *_, inserted = said.split("\n")
        assert rejected == '- REJECTED by the person (replace): `aa` stays as it was. The person says: "Keep x."'
        assert edited.startswith("- replaced `bb`. The person changed what you proposed")
        assert "# Better" in said
        assert inserted.startswith("- inserted `")
        assert [cell["source"] for cell in notebooks.notebook["cells"]] == ["x = 1", "# Better", "z = 3", "last"]
        verdicts = of(frames, ToolFinished)[1].detail["verdicts"]
        assert [verdict["accept"] for verdict in verdicts] == [False, True, True]

    play_notebook(scene)


def test_a_rejection_brings_its_words(play_notebook: Play) -> None:
    """Nothing of a rejected edit lands, Claude is told the person's words, and asking again means asking anew."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        start = len(client.frames)
        question = await until_asked(client, "demo: reads-and-edits")
        await client.answer(question, "deny", message="Keep it at 1, please.")
        _, (outcome, said) = told(await until_over(client, start))
        assert outcome == "denied"
        assert "Keep it at 1, please." in said
        assert notebooks.source("aa") == "x = 1"
        assert not notebooks.edits
        again = await client.ask("demo: edits")
        assert len(of(again, Question)) == 1
        assert notebooks.source("aa") == "x = 2"

    play_notebook(scene)


def test_an_interrupted_review_changes_nothing(play_notebook: Play) -> None:
    """A turn that is stopped while an edit waits leaves the notebook alone, and a later call is asked anew."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        start = len(client.frames)
        await until_asked(client, "demo: reads-and-edits")
        await client.post(Interrupt(type="interrupt"))
        frames = await until_over(client, start)
        assert [frame.decision for frame in of(frames, QuestionSettled)] == ["withdrawn"]
        assert not notebooks.edits
        question = await until_asked(client, "demo: edits")
        await client.answer(question, "deny")
        await client.ready()
        assert not notebooks.edits

    play_notebook(scene)


def test_an_edit_that_changes_nothing_is_not_asked_about(play_notebook: Play) -> None:
    """A replacement by the same source is said to be there already."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        frames = await client.ask("demo: same")
        assert told(frames)[1] == ("done", "The cells are like that already: nothing was changed.")
        assert not of(frames, Question)
        assert not notebooks.edits

    play_notebook(scene)


def test_what_claude_read_is_known_as_long_as_it_remembers(play_notebook: Play) -> None:
    """A restarted Claude knows what it read; one that goes on from an earlier place, or a summary, does not."""

    async def scene(_room: Room, client: Client, notebooks: PlainNotebooks) -> None:
        first = await client.ask("demo: reads-outline")
        start = len(client.frames)
        await client.post(Restart(type="restart"))
        await client.state("ready", after=start)
        await client.ask("demo: edits")
        assert notebooks.source("aa") == "x = 2"
        start = len(client.frames)
        await client.post(Rewind(type="rewind", after=first[-1].turn))
        await client.state("ready", after=start)
        ((outcome, said),) = told(await client.ask("demo: edits-again"))
        assert (outcome, "was not read yet" in said) == ("failed", True)
        await client.ask("/compact")
        ((outcome, said),) = told(await client.ask("demo: edits-again"))
        assert (outcome, "was not read yet" in said) == ("failed", True)
        assert notebooks.source("aa") == "x = 2"

    play_notebook(scene)
