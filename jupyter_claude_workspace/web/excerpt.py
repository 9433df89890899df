"""As much of a conversation as a notebook keeps of it. Its form is described in EXCERPT.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..protocol import codec
from .beacons import inline
from .markdown import blocks
from .trim import TRIMS, Trim, trimmed
from .turns import finished_turns

if TYPE_CHECKING:
    from ..protocol.frames import Down
    from ..session.info import SessionInfo

VERSION = 1
# What Claude thought, and the weather, are not kept.
KEPT = {
    "turn_started", "steered", "message", "tool_started", "tool_finished", "question", "question_settled", "turn_ended",
}  # fmt: skip
# How deep the lists lie in a notebook's file; each line of their JSON begins with so many more spaces.
FRAMES_DEPTH, MARKDOWN_DEPTH = 7, 6
HEAD_BYTES = 1000  # for what stands around the turns


def excerpt(
    info: SessionInfo, conversation: Iterable[Down], *, limit: int, clean: Callable[[Any], Any]
) -> dict[str, Any]:
    """The newest finished turns that fit.

    Args:
        info: the session.
        conversation: all its frames.
        limit: how many bytes of the notebook's file the data and the markdown may take together.
        clean: takes keys out of a JSON value.

    Returns:
        `{"data": …, "markdown": …}`; both null where nothing is to be kept.
    """
    if limit <= 0:
        return {"data": None, "markdown": None}
    turns = finished_turns(conversation)
    kept: list[tuple[list[dict[str, Any]], str]] = []
    left = limit - HEAD_BYTES
    for turn in reversed(turns):
        # The newest turn is shortened until it fits; an older one that does not fit is left out with all before it.
        made = _fitting(turn, left, TRIMS if not kept else TRIMS[:1], clean)
        if made is None:
            break
        kept.append(made)
        left -= _bytes_in_file(*made)
    kept.reverse()
    data = {
        "version": VERSION,
        "session": info.session_id,
        "title": clean(info.title),
        "left_out": len(turns) - len(kept),
        "frames": [frame for frames, _ in kept for frame in frames],
    }
    return {"data": data, "markdown": _markdown(data, [text for _, text in kept])}


def _fitting(
    turn: list[Down], limit: int, trims: Iterable[Trim], clean: Callable[[Any], Any]
) -> tuple[list[dict[str, Any]], str] | None:
    whole = [clean(json.loads(codec.encode(frame))) for frame in turn if _is_kept(frame)]
    for trim in trims:
        frames = trimmed(whole, trim)
        told = trimmed(whole, trim, prose_only=True)
        text = "\n\n".join(blocks(map(_frame, told), head=lambda who: f"**{who}**"))
        if _bytes_in_file(frames, text) <= limit:
            return [_without_machinery(frame) for frame in frames], text
    return None


def _is_kept(frame: Down) -> bool:
    return getattr(frame, "type", "") in KEPT and getattr(frame, "kind", "") != "thinking"


def _frame(raw: dict[str, Any]) -> Down:
    return codec.load_session_frame(json.dumps(raw))


def _without_machinery(frame: dict[str, Any]) -> dict[str, Any]:
    """Numbers in the journal, and what an answer would have needed, mean nothing in a file."""
    return {name: value for name, value in frame.items() if name not in {"seq", "nonce"}}


def _bytes_in_file(frames: list[dict[str, Any]], markdown: str) -> int:
    return _bytes_of_list(frames, FRAMES_DEPTH) + _bytes_of_list(markdown.splitlines(keepends=True), MARKDOWN_DEPTH)


def _bytes_of_list(values: list[Any], depth: int) -> int:
    text = json.dumps(values, ensure_ascii=False, indent=1)
    return len(text.encode()) + depth * text.count("\n")


def _markdown(data: dict[str, Any], turns: list[str]) -> str:
    title = f": {inline(data['title'])}" if data["title"] else ""
    parts = [f"**Conversation with Claude Code{title}**"]
    if data["left_out"]:
        many = "1 earlier turn is" if data["left_out"] == 1 else f"{data['left_out']} earlier turns are"
        path = f"claude-workspace/api/sessions/{data['session']}/transcript?format=md"
        parts.append(f"*{many} left out here. The whole is on the Jupyter server that held it:* `{path}`")
    return "\n\n".join(["\n\n".join(parts), *turns]) + "\n"
