"""A run as Claude is shown it: how it stands, and what each cell gave out within the privacy setting."""

from __future__ import annotations

from dataclasses import replace

from ...notebook import outputs
from ...notebook.access import CellRun, RunReport
from ...notebook.privacy import allows
from ...protocol.content import Block, ImageBlock, TextBlock
from ...protocol.notebook import Privacy, SentItem
from . import run_words

# Characters of one answer: Claude Code puts what is longer than about 50,000 into a file instead.
ANSWER_CHARS = 40_000
SHOWN = 300  # characters of what was sent that the ledger shows
SCRATCH = "scratch code"
LEFT_OUT = "The output of these cells is left out here; read_notebook shows it: {cells}."


def answer(report: RunReport, privacy: Privacy) -> tuple[list[Block], list[SentItem]]:
    """What Claude is told, and what of it goes into the ledger."""
    if not allows(privacy, "sample"):  # what code asks is its own words
        report = replace(report, cells=tuple(replace(cell, prompt="") for cell in report.cells))
    given: list[Block] = [TextBlock(kind="text", text=run_words.heading(report))]
    items: list[SentItem] = []
    left: list[str] = []
    size = 0
    for cell in report.cells:
        said = run_words.line(cell)
        shown = outputs.blocks(cell.cell or SCRATCH, cell.outputs, privacy)
        chars = sum(len(block.text) for block in shown if isinstance(block, TextBlock))
        if size and size + chars > ANSWER_CHARS:
            left.append(cell.cell or SCRATCH)
            shown = []
        size += chars
        given += [TextBlock(kind="text", text=said), *shown]
        items += _items(cell, shown)
    if left:
        given.append(TextBlock(kind="text", text=LEFT_OUT.format(cells=", ".join(left))))
    return given, items


def _items(cell: CellRun, blocks: list[Block]) -> list[SentItem]:
    what = cell.cell or SCRATCH
    return [
        SentItem(kind="image", what=what, chars=len(block.data) * 3 // 4, excerpt=block.media_type)
        if isinstance(block, ImageBlock)
        else SentItem(kind="output", what=what, chars=len(block.text), excerpt=block.text[:SHOWN])
        for block in blocks
    ]
