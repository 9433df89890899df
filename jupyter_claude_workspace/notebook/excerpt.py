"""Cells as Claude is shown them: each between two tags of its own, with its id."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from .document import Cell

# How many lines of each cell an outline shows: the first that fits, whole sources if they do.
STEPS = (None, 10, 3, 1)
LINE = 160  # characters of a line in an outline that does not show whole sources


def delimited(cell: Cell, source: str, *, note: str = "", rest: str = "") -> str:
    """A cell between its tags; `note` says more about it, `rest` what of the source is not shown.

    What stands inside is data: a source that holds such a tag is put between others, which it does not hold.
    """
    tag = _tag(source)
    count = cell.get("execution_count")
    ran = f' execution_count="{count}"' if isinstance(count, int) else ""
    note = f" {note}" if note else ""
    cut = f"\n({rest})" if rest else ""
    return f'<{tag} id="{cell["id"]}" type="{cell["cell_type"]}"{ran}{note}>\n{source}\n</{tag}>{cut}'


def outline(cells: Sequence[Cell], about: Callable[[Cell], str], limit: int) -> tuple[str, list[Cell]]:
    """The cells in about `limit` characters, and those among them whose source is whole in it.

    `about` says in a few words what a cell gave out.
    """
    for lines in STEPS:
        shown = [_brief(cell, lines, about(cell)) for cell in cells]
        if sum(len(text) + 1 for text, _ in shown) <= limit:
            break
    taken: list[str] = []
    whole: list[Cell] = []
    for (text, is_whole), cell in zip(shown, cells, strict=True):
        if taken and sum(map(len, taken)) + len(text) > limit:
            rest = len(cells) - len(taken)
            taken.append(f'({rest} more cells: read_notebook with "from_cell": "{cell["id"]}")')
            break
        taken.append(text)
        whole += [cell] if is_whole else []
    return "\n".join(taken) or "(no cells)", whole


# ── inside ──


def _brief(cell: Cell, lines: int | None, given_out: str) -> tuple[str, bool]:
    source: str = cell["source"]
    note = f'outputs="{given_out}"' if given_out else ""
    if lines is None:
        return delimited(cell, source, note=note), True
    all_lines = source.split("\n")
    kept = [line if len(line) <= LINE else f"{line[:LINE]}…" for line in all_lines[:lines]]
    whole = kept == all_lines
    rest = "" if whole else f"{len(all_lines)} lines, {len(source)} characters in all"
    return delimited(cell, "\n".join(kept), note=note, rest=rest), whole


def _tag(source: Any) -> str:
    """A name that is not in the source."""
    tag = "cell"
    while f"</{tag}" in source or f"<{tag} " in source:
        tag = f"cell-{hashlib.sha256((tag + source).encode(errors='replace')).hexdigest()[:6]}"
    return tag
