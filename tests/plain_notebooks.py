"""Notebooks in memory, without a Jupyter server: what sessions do with notebooks, apart from where those are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jupyter_claude_workspace.errors import KernelMissing, NotebookUnknown
from jupyter_claude_workspace.notebook.access import Drawn, KernelAction, KernelState, RunReport, View, WantedPicture
from jupyter_claude_workspace.notebook.changes import apply_edits
from jupyter_claude_workspace.notebook.document import Cell, Notebook, find, new_cell, normal
from jupyter_claude_workspace.protocol.live import CellEdit


def notebook(*cells: Cell) -> Notebook:
    """A notebook of these cells."""
    spec = {"name": "python3", "display_name": "Python 3"}
    return normal({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": spec}, "cells": list(cells)})


def code(cell: str, source: str, **more: Any) -> Cell:
    """A code cell."""
    return {**new_cell(cell, "code", source), **more}


def text(cell: str, source: str) -> Cell:
    """A markdown cell."""
    return new_cell(cell, "markdown", source)


class PlainNotebooks:
    """Every path is the same notebook. `edits` are all that were done, call by call.

    `drawn`: what a page shows of outputs, by cell and place; `asked`: those that it was asked for.
    """

    def __init__(self, *cells: Cell) -> None:
        self.notebook = notebook(*cells)
        self.edits: list[list[CellEdit]] = []
        self.drawn: dict[tuple[str, int], Drawn] = {}
        self.asked: list[tuple[str, int]] = []

    def source(self, cell: str) -> str:
        """A cell's source."""
        found = find(self.notebook, cell)
        assert found is not None, f"no cell {cell}"
        return str(found["source"])

    def type_into(self, cell: str, source: str) -> None:
        """What a person does."""
        self.notebook = apply_edits(self.notebook, [CellEdit(action="replace", cell=cell, source=source)])

    def remove(self, cell: str) -> None:
        """What a person does, too."""
        self.notebook = apply_edits(self.notebook, [CellEdit(action="delete", cell=cell)])

    async def read(self, path: str) -> View:
        """The notebook."""
        return View(path=path, where="file", notebook=self.notebook, kernel=None)

    async def edit(self, path: str, edits: Sequence[CellEdit]) -> View:
        """All or none."""
        self.notebook = apply_edits(self.notebook, edits)
        self.edits.append(list(edits))
        return await self.read(path)

    async def run(self, path: str, cells: Sequence[tuple[str, str]]) -> str:
        """There is no kernel."""
        raise KernelMissing("There is no kernel here.")

    async def scratch(self, path: str, code: str) -> str:
        """There is no kernel."""
        raise KernelMissing("There is no kernel here.")

    async def report(self, run: str, seconds: float) -> RunReport:
        """There are no runs."""
        raise KernelMissing("There is no kernel here.")

    async def stop(self, run: str) -> RunReport:
        """There are no runs."""
        raise KernelMissing("There is no kernel here.")

    async def evaluate(self, path: str, code: str, seconds: float) -> list[dict[str, Any]]:
        """There is no kernel."""
        raise KernelMissing("There is no kernel here.")

    async def kernel(self, path: str, action: KernelAction) -> KernelState:
        """None."""
        return KernelState(kernel=None, name="", language="", state="none")

    async def pictures(self, path: str, cell: str, wanted: Sequence[WantedPicture]) -> list[Drawn | None]:
        """Those that are in `drawn`."""
        self.asked += [(cell, each.place) for each in wanted]
        return [self.drawn.get((cell, each.place)) for each in wanted]


class Lost(PlainNotebooks):
    """The notebook is nowhere."""

    async def read(self, path: str) -> View:
        """It is not there."""
        raise NotebookUnknown(f"There is no notebook {path}.")
