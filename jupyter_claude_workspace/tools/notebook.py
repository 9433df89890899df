"""The tools with which Claude works in a notebook: an MCP server in this process, for one session.

Schemas are loose where a sentence of ours helps a model more than a validator's: what the tools themselves accept is
always something that the schema accepts too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from claude_agent_sdk import SdkMcpTool, ToolAnnotations, create_sdk_mcp_server

from ..errors import WorkspaceError
from ..protocol.content import Block, ImageBlock
from .names import NOTEBOOK

# Takes a tool's input and answers with what Claude is told; raises WorkspaceError where it cannot be done.
Answer = Callable[[dict[str, Any]], Awaitable[list[Block]]]

READ = """
Look at the notebook as it is now, unsaved changes included. Without arguments: all cells in order, each with its id,
type and source (long notebooks: how each begins) and what kind of output it has. With `cells`: these cells, whole
source and outputs, plots as pictures. A cell must have been read before it can be edited.
""".strip()

EDIT = """
Change the notebook: the edits of one call are done together, in order. One that is wrong, or of a cell that changed
since you read it, lets none be done; the answer then has its source as it is now. The person may review each edit
before it lands, and reject or change it; edits of cells that they rewrite during the review are left out. The answer
says what became of each. Cells keep their outputs, id and metadata. Nothing is run: use run_cells with the ids that
the answer gives. Cells are named by id, never by number. Actions:
- insert: a new cell. `source`, `cell_type`, and `after`, the id of the cell that it follows ("start": as the first;
  left out: at the end). Several inserts after the same cell stay in the order given. Its id is in the answer.
- replace: `cell`, `source`: the whole new source; `cell_type` only to change the type.
- edit: `cell`, `old`, `new`: replace one piece of the source; `old` must occur in it exactly once.
- delete: `cell`.
- move: `cell`, `after` (as for insert).
""".strip()

RUN = """
Run cells of the notebook in its kernel, in the order given, and wait for them: state, duration and outputs of each,
plots as pictures. Stops at the first that fails. Takes longer than `wait_seconds`: the answer has a run id and what
came so far; wait on with `run`, or end it with `run` and `stop`. The person may be asked first.
""".strip()

SCRATCH = """
Run code in the notebook's kernel without touching the notebook: to look at data, to try something. It sees and can
change the notebook's variables. What shall stay belongs in a cell (edit_cells, run_cells). The person may be asked.
""".strip()

LIST = """
The variables of the notebook's kernel: names, types, shapes, sizes. Nothing of the notebook is run.
""".strip()

INSPECT = """
One variable of the kernel in detail, as far as the person's privacy setting allows: of a dataframe its columns, types,
missing values and first rows.
""".strip()

KERNEL = """
The notebook's kernel: `state` says whether it is idle, busy or missing; `interrupt` stops what runs; `restart` makes a
new one, and all variables are lost. The person is asked before an interrupt or a restart.
""".strip()

IDS = {"type": "array", "items": {"type": "string"}, "description": "ids of cells"}
CELL_ID = {"type": "string", "description": "id of the cell, from read_notebook"}
AFTER = {"type": "string", "description": 'insert, move: id of the cell that it follows; "start": first; absent: last'}
WAIT = {"type": "number", "minimum": 0, "maximum": 600, "description": "how long to wait for the end; default 60"}
EDIT_ITEM = {
    "type": "object",
    "properties": {
        "action": {"type": "string", "enum": ["insert", "replace", "edit", "delete", "move"]},
        "cell": CELL_ID,
        "cell_type": {"type": "string", "enum": ["code", "markdown", "raw"], "description": "insert: default code"},
        "source": {"type": "string", "description": "insert, replace: the whole source"},
        "old": {"type": "string", "description": "edit: what to replace, exactly as it stands in the cell"},
        "new": {"type": "string", "description": "edit: what to put there"},
        "after": AFTER,
    },
    "required": ["action"],
}


def _object(required: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


# Short name → what it says of itself, its input, and whether it only looks (then several may run side by side).
TOOLS: Mapping[str, tuple[str, dict[str, Any], bool]] = {
    "read_notebook": (
        READ,
        _object(
            cells={**IDS, "description": "ids of the cells to show whole; absent: the outline of the notebook"},
            from_cell={"type": "string", "description": "outline only: begin at this cell"},
            output_start={
                "type": "integer",
                "minimum": 0,
                "description": "with one cell: show its text output from this character on, where it was cut",
            },
        ),
        True,
    ),
    "edit_cells": (EDIT, _object(("edits",), edits={"type": "array", "items": EDIT_ITEM}), False),
    "run_cells": (
        RUN,
        _object(
            cells={**IDS, "description": "ids of the code cells to run, in this order"},
            wait_seconds=WAIT,
            run={"type": "string", "description": "instead of `cells`: id of a run that is not over, to wait on"},
            stop={"type": "boolean", "description": "with `run`: interrupt it"},
        ),
        False,
    ),
    "run_scratch": (SCRATCH, _object(("code",), code={"type": "string"}, wait_seconds=WAIT), False),
    "list_variables": (LIST, _object(), True),
    "inspect_variable": (
        INSPECT,
        _object(("name",), name={"type": "string", "description": "the variable's name"}),
        True,
    ),
    "kernel": (
        KERNEL,
        _object(("action",), action={"type": "string", "enum": ["state", "interrupt", "restart"]}),
        False,
    ),
}


def notebook_server(tools: Mapping[str, Answer]) -> dict[str, Any]:
    """The server as the SDK takes it, with these of the tools, in every request from the first on."""
    made = [
        SdkMcpTool(
            name=name,
            description=about,
            input_schema=schema,
            handler=_told(tools[name]),
            annotations=ToolAnnotations(readOnlyHint=looks),
        )
        for name, (about, schema, looks) in TOOLS.items()
        if name in tools
    ]
    return {**create_sdk_mcp_server(NOTEBOOK, tools=made), "alwaysLoad": True}


def _told(act: Answer) -> Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]:
    """A handler whose failures come back to Claude with what to do about them."""

    async def handler(given: dict[str, Any]) -> dict[str, Any]:
        try:
            blocks = await act(given)
        except WorkspaceError as error:
            text = f"{error.text} {error.remedy}".strip()
            return {"content": [{"type": "text", "text": text}], "is_error": True}
        return {"content": [_content(block) for block in blocks], "is_error": False}

    return handler


def _content(block: Block) -> dict[str, Any]:
    if isinstance(block, ImageBlock):
        return {"type": "image", "data": block.data, "mimeType": block.media_type}
    return {"type": "text", "text": block.text}
