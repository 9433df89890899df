"""The provisional pieces of a turn: what was streamed and is not yet whole."""

from __future__ import annotations

from ..protocol.frames import Discard, Down, Message, Piece, Text, ToolInput, ToolStarted


class Pieces:
    """Follows a turn's frames; at a cut, `remains` is what was shown and never became whole."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], list[Piece]] = {}

    def add(self, frame: Down) -> None:
        """Take note of one frame."""
        if isinstance(frame, Piece):
            self._open.setdefault((frame.message, frame.block), []).append(frame)
        elif isinstance(frame, (Message, ToolStarted)):
            self._open.pop((frame.message, frame.block), None)
        elif isinstance(frame, Discard):
            for key in [key for key in self._open if key[0] == frame.message]:
                del self._open[key]

    def remains(self) -> list[Message]:
        """What is left, as partial messages; a tool call whose input never became whole was never made."""
        made = []
        for (message, block), pieces in self._open.items():
            if isinstance(pieces[0], ToolInput):
                continue
            kind = "text" if isinstance(pieces[0], Text) else "thinking"
            text = "".join(piece.text for piece in pieces)
            if text:
                made.append(Message(message=message, block=block, kind=kind, text=text, partial=True))
        self._open.clear()
        return made
