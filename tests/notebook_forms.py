"""Notebooks of all kinds, and edits of them, for property tests."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from jupyter_claude_workspace.notebook.document import Notebook, normal
from jupyter_claude_workspace.protocol.live import CellEdit

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
# nbformat splits lines where Python does; whatever a person may type is among these.
LINES = ["", "\n", "x = 1", "a\nb\n", "</cell>", '<cell id="x">', "%matplotlib inline", "# ünï\n" * 3]
SOURCES = st.one_of(
    st.text(st.sampled_from("ab =()\n\t#é中🎉\u2028\x0b\"'<>/"), max_size=40),
    st.sampled_from([*LINES, "![](attachment:a.png)"]),
)
METADATA = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.just(["hide"]),
        "name": st.just("a name"),
        "jupyter": st.just({"source_hidden": True}),
        "own": st.sampled_from([None, 7, ["a\n", "b"], {"source": ["x"]}]),
    },
)
STREAM = st.builds(
    lambda name, text: {"output_type": "stream", "name": name, "text": text},
    st.sampled_from(["stdout", "stderr"]),
    SOURCES,
)
DATA = st.fixed_dictionaries(
    {"text/plain": SOURCES},
    optional={
        "image/png": st.just(PNG),
        "image/svg+xml": st.just("<svg>\n</svg>\n"),
        "application/javascript": st.just("a()\nb()"),
        "application/vnd.plotly.v1+json": st.just({"data": [{"y": [1, "a\nb"]}], "lines": ["a\n", "b"]}),
        "application/vnd.own+json": st.just(["one\n", "two"]),
        "application/json": st.just(["one\n", "two"]),
        "application/pdf": st.just("JVBERi0="),
        "text/html": SOURCES,
        "text/latex": SOURCES,
    },
)
DISPLAY = st.builds(lambda data: {"output_type": "display_data", "metadata": {}, "data": data}, DATA)
RESULT = st.builds(
    lambda data, count: {"output_type": "execute_result", "metadata": {}, "data": data, "execution_count": count},
    DATA,
    st.integers(1, 99),
)
ERROR = st.just(
    {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["\x1b[31mValueError\x1b[0m: no"]}
)
OUTPUTS = st.lists(st.one_of(STREAM, DISPLAY, RESULT, ERROR), max_size=3)
CODE = st.builds(
    lambda source, metadata, outputs, count: {
        "cell_type": "code",
        "source": source,
        "metadata": metadata,
        "outputs": outputs,
        "execution_count": count,
    },
    SOURCES,
    METADATA,
    OUTPUTS,
    st.none() | st.integers(1, 99),
)
TEXT = st.builds(
    lambda kind, source, metadata, attached: {
        "cell_type": kind,
        "source": source,
        "metadata": metadata,
        **({"attachments": {"a.png": {"image/png": PNG}}} if attached else {}),
    },
    st.sampled_from(["markdown", "raw"]),
    SOURCES,
    METADATA,
    st.booleans(),
)
CELLS = st.lists(st.one_of(CODE, TEXT), max_size=8)
FEW_IDS = st.sampled_from([f"cell-{number}" for number in range(12)])


@st.composite
def raw_notebooks(draw: st.DrawFn) -> Notebook:
    """A notebook as a program may have it: of any minor version, texts as one string."""
    minor = draw(st.integers(0, 5))
    cells = draw(CELLS)
    if minor == 5:
        taken = draw(st.lists(FEW_IDS, min_size=len(cells), max_size=len(cells), unique=True))
        cells = [{**cell, "id": name} for cell, name in zip(cells, taken, strict=True)]
    metadata = draw(st.sampled_from([{}, {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "own": [1]}]))
    if minor < 1:  # attachments and the like came later; a notebook says by its version what it may have
        cells = [{key: value for key, value in cell.items() if key != "attachments"} for cell in cells]
    return json.loads(json.dumps({"nbformat": 4, "nbformat_minor": minor, "metadata": metadata, "cells": cells}))


@st.composite
def notebooks(draw: st.DrawFn) -> Notebook:
    """A notebook in our form, with ids that edits may hit."""
    taken = draw(st.lists(FEW_IDS, max_size=8, unique=True))
    kinds = st.one_of(CODE, TEXT)
    cells = [{**draw(kinds), "id": name} for name in taken]
    return normal({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": json.loads(json.dumps(cells))})


@st.composite
def edits(draw: st.DrawFn, names: st.SearchStrategy[str] = FEW_IDS) -> CellEdit:
    """Any edit of cells of these names, also one that cannot be done."""
    action: Any = draw(st.sampled_from(["insert", "replace", "delete", "move", "outputs"]))
    whole = draw(st.none() | st.one_of(CODE, TEXT)) if action in ("insert", "replace") else None
    return CellEdit(
        action=action,
        cell=draw(names),
        cell_type=draw(st.sampled_from([None, "code", "markdown", "raw"])),
        source=draw(SOURCES),
        after=draw(st.none() | names),
        whole=whole,
        outputs=draw(OUTPUTS) if action == "outputs" else None,
        execution_count=draw(st.none() | st.integers(1, 99)) if action == "outputs" else None,
    )
