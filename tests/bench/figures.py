"""Figures of several runs, and the table that they are printed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median


def quantile(values: Iterable[float], part: float) -> float:
    """The value that `part` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median of several runs, and the least and the greatest."""
    if not values:
        return "–"
    shown = f"{median(values):.{digits}f}"
    return shown if len(values) == 1 else f"{shown} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def ratio(ours: Sequence[float], theirs: Sequence[float], part: float = 0.5) -> str:
    """Median by median, or another quantile. A busy machine only ever adds time: the lower ones tell more of us."""
    if not ours or not theirs or not quantile(theirs, part):
        return "–"
    return f"{quantile(ours, part) / quantile(theirs, part):.2f} ×"


class Table:
    """Rows of text under a heading."""

    def __init__(self, title: str, *columns: str, note: str = "") -> None:
        self._title = title
        self._note = note
        self._rows: list[Sequence[str]] = [columns]

    def row(self, *cells: str) -> None:
        """Add a row."""
        self._rows.append(cells)

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(*self._rows, strict=True)]
        head, *rows = (_line(cells, widths) for cells in self._rows)
        rule = _line(["-" * width for width in widths], widths)
        return "\n".join(["", self._title, head, rule, *rows, *([self._note] if self._note else [])])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
