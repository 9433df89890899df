"""The text of a stream output as a terminal would show it, and bounded: its beginning and its end are kept."""

from __future__ import annotations

import re

KEEP_CHARS = 1 << 20  # of the beginning, and of the end
_CONTROLS = re.compile(r"([\r\b])")


class StreamText:
    """Takes text piece by piece. A carriage return goes back to the line's beginning, a backspace one column."""

    def __init__(self, keep: int = KEEP_CHARS) -> None:
        self._keep = keep
        self._head: list[str] = []
        self._head_chars = 0
        self._tail: list[str] = []
        self._tail_chars = 0
        self._left_out = 0
        self._line = ""  # the one that is being written
        self._column = 0

    @property
    def size(self) -> int:
        """How many characters are kept."""
        return self._head_chars + self._tail_chars + len(self._line)

    def write(self, text: str) -> None:
        """Add what came."""
        if self._column == len(self._line) and not _CONTROLS.search(text):
            whole, newline, rest = text.rpartition("\n")
            if newline:
                self._end_line(whole)
            self._put(rest)
        else:
            *lines, rest = text.split("\n")
            for line in lines:
                self._type(line)
                self._end_line("")
            self._type(rest)
        if len(self._line) > self._keep:
            self._store(self._line)
            self._line, self._column = "", 0

    def __str__(self) -> str:
        head, tail = "".join(self._head), "".join(self._tail)
        if not self._left_out:
            return head + tail + self._line
        return f"{head}\n[… {self._left_out:,} characters are left out …]\n{tail}{self._line}"

    def _type(self, segment: str) -> None:
        for piece in _CONTROLS.split(segment):
            if piece == "\r":
                self._column = 0
            elif piece == "\b":
                self._column = max(0, self._column - 1)
            else:
                self._put(piece)

    def _put(self, piece: str) -> None:
        self._line = self._line[: self._column] + piece + self._line[self._column + len(piece) :]
        self._column += len(piece)

    def _end_line(self, more: str) -> None:
        self._store(f"{self._line}{more}\n")
        self._line, self._column = "", 0

    def _store(self, text: str) -> None:
        room = self._keep - self._head_chars
        if room > 0:
            self._head.append(text[:room])
            self._head_chars += len(self._head[-1])
            text = text[room:]
        if not text:
            return
        self._tail.append(text)
        self._tail_chars += len(text)
        if self._tail_chars > 2 * self._keep:  # not at every line, which would copy the tail as often
            tail = "".join(self._tail)
            self._left_out += len(tail) - self._keep
            self._tail = [tail[-self._keep :]]
            self._tail_chars = self._keep
