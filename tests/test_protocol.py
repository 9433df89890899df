"""The protocol's one definition, and that its twins are fresh."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from jupyter_claude_workspace.errors import BadFrame
from jupyter_claude_workspace.protocol import codec, export
from jupyter_claude_workspace.protocol.frames import ClientFrame, ServerFrame

GOLDEN = Path(__file__).parent / "golden"
UP = sorted((GOLDEN / "up").glob("*.json"))
DOWN = sorted((GOLDEN / "down").glob("*.json"))


def types_of(union: object) -> set[str]:
    mapping = TypeAdapter(union).json_schema()["discriminator"]["mapping"]
    return set(mapping)


@pytest.mark.parametrize("path", UP, ids=lambda path: path.stem)
def test_golden_up(path: Path) -> None:
    """A golden client frame is decoded, and dumped again it is the same document."""
    text = path.read_text(encoding="utf-8")
    frame = codec.decode(text)
    assert json.loads(frame.model_dump_json(exclude_unset=True)) == json.loads(text)


@pytest.mark.parametrize("path", DOWN, ids=lambda path: path.stem)
def test_golden_down(path: Path) -> None:
    """A golden server frame is loaded, and encoded again it is the same document."""
    text = path.read_text(encoding="utf-8")
    assert json.loads(codec.encode(codec.load_server_frame(text))) == json.loads(text)


@pytest.mark.parametrize(("union", "paths"), [(ClientFrame, UP), (ServerFrame, DOWN)], ids=["up", "down"])
def test_every_frame_has_a_golden_document(union: object, paths: list[Path]) -> None:
    """No frame is without a golden document, and no document without a frame."""
    assert {json.loads(path.read_text(encoding="utf-8"))["type"] for path in paths} == types_of(union)
    assert {path.stem for path in paths} == types_of(union)


def test_schema_is_fresh() -> None:
    """The committed schema is what the frames make."""
    assert export.SCHEMA.read_text(encoding="utf-8") == export.render()


def test_every_frame_is_described_in_prose() -> None:
    """PROTOCOL.md has a heading for every frame of both directions."""
    prose = (Path(codec.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")
    headings = {line.strip("# `") for line in prose.splitlines() if line.startswith("#")}
    assert types_of(ClientFrame) | types_of(ServerFrame) <= headings


DEEP = '{"type":"answer","question":"q","nonce":"n","decision":"allow","input":{"a":'
PROMPT = {"type": "prompt", "prompt": "0b6cbb63-1f6c-4f8e-8f5c-0d5b5b1f7a11", "text": "hello"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\x00", "binary"),
        ("", "not JSON"),
        ("[]", "frame"),
        ("null", "frame"),
        ('{"type":"prompt"', "not JSON"),
        ('{"type":"launch"}', "launch"),
        (json.dumps({**PROMPT, "sender": "root"}), "sender"),
        (json.dumps({**PROMPT, "prompt": "1"}), "prompt"),
        ('{"type":"interrupt","type":"interrupt"}', "twice"),
        ('{"type":"answer","question":"q","nonce":"n","decision":"allow","input":{"a":NaN}}', "NaN"),
        (
            '{"type":"answer","question":"q","nonce":"n","decision":"allow","input":{"a": '
            + "[" * 45
            + "]" * 45
            + "}}",
            "deeper",
        ),
        (
            '{"type":"answer","question":"q","nonce":"n","decision":"allow","input":{"a": '
            + "[" * 90_000
            + "]" * 90_000
            + "}}",
            "deeper",
        ),
        ('{"type":"interrupt","id":"\\ud800"}', "surrogate"),
        (json.dumps({"type": "configure", "model": "--dangerously-skip-permissions"}), "model"),
    ],
)
def test_bad_frames_are_refused_by_name(text: str | bytes, words: str) -> None:
    """A frame that is not of the protocol is refused with an error that says where."""
    with pytest.raises(BadFrame, match=words):
        codec.decode(text)


def test_the_id_of_a_refused_frame_is_found() -> None:
    """An error frame can name the frame that it refuses, where that has a usable id."""
    assert codec.frame_id('{"type":"nonsense","id":"a1"}') == "a1"
    assert codec.frame_id('{"id":7}') is None
    assert codec.frame_id("{") is None
