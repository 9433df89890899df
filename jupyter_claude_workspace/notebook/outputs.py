"""What a cell gave out, as Claude is shown it: typed, between tags, trimmed, and no more than may be shown.

What stands between the tags is the output's own; everything else is ours. A tag never occurs in what it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ..protocol.content import Block, TextBlock
from ..protocol.notebook import Privacy
from . import privacy as levels
from .delimiting import tagged
from .output_pieces import Piece, brief, pieces

LIMIT = 10_000  # characters of one cell's outputs in one answer
HEAD, TAIL = 6_500, 3_000
MOST_PICTURES = 6
MOST_NAMED = 6
IS_ID = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
LEFT_OUT = "(… {count:,} characters are left out here: "
REST = LEFT_OUT + 'read_notebook {{"cells": ["{cell}"], "output_start": {start}}} shows them …)'
PRINT_LESS = LEFT_OUT + "print less, or only the part that you need …)"


def blocks(cell: str, outputs: Sequence[dict[str, Any]], privacy: Privacy, start: int = 0) -> list[Block]:
    """The outputs of a cell: their text from character `start` on, and pictures with the beginning.

    `cell` is the cell's id, or words for code that is in no cell. Longer text is cut to its head and tail, with how to
    read the rest.
    """
    found = [piece for output in outputs for piece in pieces(output, privacy)]
    total = sum(len(piece.text) for piece in found if piece.kind)
    windows = _windows(total, start)
    made: list[Block] = []
    at = shown = 0
    for place, piece in enumerate(found, 1):
        if piece.kind:
            made += _cut(cell, place, piece, at, windows, total)
            at += len(piece.text)
        elif piece.image is not None:
            shown += 1
            made += [piece.image] if start == 0 and shown <= MOST_PICTURES else []
        elif start == 0:
            made.append(_said(piece.text))
    if start == 0 and shown > MOST_PICTURES:
        made.append(_said(f"(… {shown - MOST_PICTURES} more pictures are not shown …)"))
    if start and start >= total:
        made.append(_said(f"(The text of this cell's outputs ends before: it has {total:,} characters.)"))
    if outputs and privacy != "full":
        made.append(_said(levels.about_outputs(privacy)))
    return made


def summary(outputs: Sequence[dict[str, Any]], privacy: Privacy) -> str:
    """The outputs in a few words without their values, which any level allows."""
    said = list(dict.fromkeys(brief(output) for output in outputs))
    more = [f"{len(said) - MOST_NAMED} more"] if len(said) > MOST_NAMED else []
    return ", ".join([*said[:MOST_NAMED], *more])


# ── inside ──


def _windows(total: int, start: int) -> list[tuple[int, int]]:
    """Which characters are shown."""
    if total - start <= LIMIT:
        return [(start, total)]
    if start:
        return [(start, start + LIMIT)]
    return [(0, HEAD), (total - TAIL, total)]


def _cut(cell: str, place: int, piece: Piece, at: int, windows: list[tuple[int, int]], total: int) -> Iterator[Block]:
    """What of a piece, which begins at a character of all, is in the windows; after a window, what is left out."""
    end = at + len(piece.text)
    whole = any(begin <= at and end <= until for begin, until in windows)
    follows = [begin for begin, _ in windows[1:]] + [total]
    for (begin, until), following in zip(windows, follows, strict=True):
        low, high = max(at, begin), min(end, until)
        if low < high:
            yield _said(_tagged(cell, place, piece.kind, piece.text[low - at : high - at], part=not whole))
        if at < until <= end and following > until:
            yield _said(_left_out(cell, until, following - until))


def _left_out(cell: str, start: int, count: int) -> str:
    words = REST if IS_ID.match(cell) else PRINT_LESS
    return words.format(cell=cell, start=start, count=count)


def _tagged(cell: str, place: int, kind: str, text: str, *, part: bool) -> str:
    return tagged("output", text, cell=cell, n=str(place), kind=kind, **({"part": "yes"} if part else {}))


def _said(text: str) -> Block:
    return TextBlock(kind="text", text=text)
