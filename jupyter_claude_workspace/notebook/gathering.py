"""A cell's outputs as nbformat has them, gathered from its kernel's messages in their order, and bounded."""

from __future__ import annotations

import json
import weakref
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from .stream_text import StreamText

MAX_OUTPUTS = 1_000
MAX_DISPLAY_BYTES = 16 << 20  # one plot with all its data
MAX_CELL_BYTES = 32 << 20
MAX_DISPLAYS = 500
CHECK_EVERY = 64  # small messages
DISPLAYS = ("display_data", "execute_result")


@dataclass(eq=False)
class _Item:
    """One output; `text` where it is a stream."""

    output: dict[str, Any]
    text: StreamText | None = None
    fixed: int = 0

    @property
    def size(self) -> int:
        return self.fixed if self.text is None else self.text.size

    def made(self) -> dict[str, Any]:
        return self.output if self.text is None else {**self.output, "text": str(self.text)}


@dataclass
class Displays:
    """Where a kernel's displays are, by display id: whoever updates one may run in another cell than who made it."""

    _where: OrderedDict[str, list[tuple[weakref.ref[Gathering], _Item]]] = field(default_factory=OrderedDict)

    def add(self, name: str, gathering: Gathering, item: _Item) -> None:
        """Remember a place."""
        self._where.setdefault(name, []).append((weakref.ref(gathering), item))
        self._where.move_to_end(name)
        while len(self._where) > MAX_DISPLAYS:
            self._where.popitem(last=False)

    def update(self, content: dict[str, Any]) -> None:
        """Show something else wherever this display is."""
        for gathering, item in self._where.get(_display_id(content), ()):
            owner = gathering()
            if owner is not None and owner.holds(item):
                _fill(item, content)
                owner.revision += 1


class Gathering:
    """The outputs of one execution. `revision` grows with every change."""

    def __init__(self, displays: Displays) -> None:
        self.revision = 0
        self._displays = displays
        self._items: list[_Item] = []
        self._clear_next = False
        self._left_out = 0
        self._captured = ""  # the widget that takes all output now

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """As nbformat has them."""
        self._bound()
        made = [item.made() for item in self._items]
        if self._left_out:
            said = {
                "output_type": "stream",
                "name": "stderr",
                "text": f"[… {self._left_out:,} outputs are left out …]\n",
            }
            made.insert(len(made) // 2, said)
        return made

    @property
    def size(self) -> int:
        """About how many bytes they are."""
        return sum(item.size for item in self._items)

    def holds(self, item: _Item) -> bool:
        """Whether this output is (still) one of these."""
        return item in self._items

    def take(self, kind: str, content: dict[str, Any]) -> None:
        """Add what one message says; kinds that show nothing are passed over."""
        if kind in DISPLAYS or kind == "update_display_data":
            self._displays.update(content)
        if kind == "comm_msg":
            self._capture(content)
        elif self._captured:
            return
        elif kind == "clear_output":
            self._clear_next = bool(content.get("wait"))
            if not self._clear_next:
                self._clear()
        elif kind == "stream":
            self._stream(str(content.get("name", "stdout")), str(content.get("text", "")))
        elif kind == "error":
            self._add(_Item({"output_type": "error", **_error(content)}, fixed=len(str(content))))
        elif kind in DISPLAYS:
            self._display(kind, content)

    def _stream(self, name: str, text: str) -> None:
        last = None if self._clear_next or not self._items else self._items[-1]
        if last is None or last.text is None or last.output["name"] != name:
            last = _Item({"output_type": "stream", "name": name, "text": ""}, StreamText())
            self._add(last)
        assert last.text is not None
        last.text.write(text)
        self._grow()

    def _display(self, kind: str, content: dict[str, Any]) -> None:
        item = _Item({"output_type": kind, "data": {}, "metadata": {}})
        if kind == "execute_result":
            item.output["execution_count"] = content.get("execution_count")
        _fill(item, content)
        self._add(item)
        if name := _display_id(content):
            self._displays.add(name, self, item)

    def _capture(self, content: dict[str, Any]) -> None:
        """An Output widget says which message's output it takes instead of the cell; "" again: none."""
        data = content.get("data")
        state = data.get("state") if isinstance(data, dict) and data.get("method") == "update" else None
        if isinstance(state, dict) and "msg_id" in state:
            self._captured = str(state["msg_id"] or "")

    def _add(self, item: _Item) -> None:
        if self._clear_next:
            self._clear()
        self._items.append(item)
        self._grow()

    def _clear(self) -> None:
        self._items.clear()
        self._clear_next = False
        self._left_out = 0
        self.revision += 1

    def _grow(self) -> None:
        self.revision += 1
        if self.revision % CHECK_EVERY == 0 or self._items[-1].size > MAX_CELL_BYTES // CHECK_EVERY:
            self._bound()

    def _bound(self) -> None:
        """The first and the last ones are kept."""
        while len(self._items) > 1 and (len(self._items) > MAX_OUTPUTS or self.size > MAX_CELL_BYTES):
            del self._items[len(self._items) // 2]
            self._left_out += 1


def _fill(item: _Item, content: dict[str, Any]) -> None:
    data, metadata = content.get("data") or {}, content.get("metadata") or {}
    size = len(json.dumps([data, metadata], default=str))
    if size > MAX_DISPLAY_BYTES:
        kinds = ", ".join(data)
        data, metadata = {"text/plain": f"[An output of {size >> 20} MB is left out: {kinds}]"}, {}
    item.output["data"], item.output["metadata"] = data, metadata
    item.fixed = min(size, MAX_DISPLAY_BYTES)


def _error(content: dict[str, Any]) -> dict[str, Any]:
    traceback = [str(line) for line in content.get("traceback") or []]
    return {"ename": str(content.get("ename", "")), "evalue": str(content.get("evalue", "")), "traceback": traceback}


def _display_id(content: dict[str, Any]) -> str:
    transient = content.get("transient")
    return str(transient.get("display_id") or "") if isinstance(transient, dict) else ""
