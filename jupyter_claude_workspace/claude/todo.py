"""Claude's to-do list, followed through whichever tools this CLI has for it."""

from __future__ import annotations

from typing import Any, Literal

from ..protocol.content import PlanItem
from ..protocol.frames import Plan
from .events import Event

STATUS: dict[str, Literal["pending", "in_progress", "completed"]] = {
    "pending": "pending",
    "in_progress": "in_progress",
    "completed": "completed",
}


class TodoList:
    """`TodoWrite` sends the whole list; `TaskCreate` and `TaskUpdate` change one item of it."""

    def __init__(self) -> None:
        self._items: dict[str, PlanItem] = {}
        self._creating: dict[str, str] = {}  # tool call → text of the item it makes

    def called(self, tool: str, name: str, given: dict[str, Any]) -> list[Event]:
        """A tool was called."""
        if name == "TodoWrite":
            todos = given.get("todos")
            items = [todo for todo in todos if isinstance(todo, dict)] if isinstance(todos, list) else []
            self._items = {
                str(number): PlanItem(id=str(number), text=str(todo.get("content", "")), status=_status(todo))
                for number, todo in enumerate(items, 1)
            }
            return [self._plan()]
        if name == "TaskCreate":
            self._creating[tool] = str(given.get("subject") or given.get("description") or "")
        elif name == "TaskUpdate":
            return self._update(given)
        return []

    def answered(self, tool: str, detail: dict[str, Any] | None) -> list[Event]:
        """A tool call ended; `TaskCreate` says in its result under which id the item is kept."""
        text = self._creating.pop(tool, None)
        task = (detail or {}).get("task")
        if text is None or not isinstance(task, dict) or "id" not in task:
            return []
        key = str(task["id"])
        self._items[key] = PlanItem(id=key, text=text, status="pending")
        return [self._plan()]

    def _update(self, given: dict[str, Any]) -> list[Event]:
        key = str(given.get("taskId", ""))
        item = self._items.get(key)
        if item is None:
            return []
        if given.get("status") == "deleted":
            del self._items[key]
        else:
            text = str(given.get("subject") or item.text)
            status = STATUS.get(str(given.get("status")), item.status)
            self._items[key] = PlanItem(id=key, text=text, status=status)
        return [self._plan()]

    def _plan(self) -> Plan:
        return Plan(items=list(self._items.values()))


def _status(todo: dict[str, Any]) -> Literal["pending", "in_progress", "completed"]:
    return STATUS.get(str(todo.get("status")), "pending")
