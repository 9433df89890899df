"""Every place of the panel that shows a text from outside, filled with one text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Frame = dict[str, Any]

PICTURE = {
    "kind": "image",
    "media_type": "image/png",
    "data": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
}
#: Tool → input, by what the text stands in.
TOOLS: dict[str, Callable[[str], dict[str, Any]]] = {
    "Bash": lambda text: {"command": text, "description": text},
    "Read": lambda text: {"file_path": text},
    "Write": lambda text: {"file_path": text, "content": text},
    "Edit": lambda text: {"file_path": f"/a/{text}", "old_string": f"a\n{text}\nb", "new_string": f"a\nx{text}\nb"},
    "MultiEdit": lambda text: {"file_path": text, "edits": [{"old_string": text, "new_string": ""}]},
    "NotebookEdit": lambda text: {"notebook_path": text, "cell_id": text, "new_source": text},
    "Grep": lambda text: {"pattern": text, "path": text},
    "WebFetch": lambda text: {"url": text, "prompt": text},
    "WebSearch": lambda text: {"query": text},
    "TodoWrite": lambda text: {"todos": [{"content": text, "status": "pending", "activeForm": text}]},
    "ExitPlanMode": lambda text: {"plan": text},
    "Skill": lambda text: {"skill": text, "args": text},
    "mcp__server__tool": lambda text: {"a": text, "b": {"c": [text]}, text: "key"},
}


def turn(number: int, text: str) -> list[Frame]:
    """A turn that ended, with the text wherever a turn can hold one."""
    at = f"{number}"
    frames: list[Frame] = [
        {
            "type": "turn_started",
            "turn": f"t{at}",
            "origin": {"kind": "prompt", "prompt": f"p{at}", "user": text},
            "text": text,
            "attachments": [
                {"name": text, "content": {"kind": "text", "text": text}},
                {"name": text, "content": PICTURE},
            ],
            "mentions": [],
        },
        {"type": "message", "message": f"m{at}", "block": 0, "kind": "thinking", "text": text},
        {"type": "message", "message": f"m{at}", "block": 1, "kind": "text", "text": text, "partial": True},
        {
            "type": "steered",
            "prompt": f"s{at}",
            "text": text,
            "user": text,
            "attachments": [{"name": text, "content": {"kind": "text", "text": text}}],
            "mentions": [],
        },
    ]
    for name, made in TOOLS.items():
        frames += _tool(f"{at}-{name}", name, made(text), text)
    frames += _tool(f"{at}-own", text, {"x": text}, text)
    frames += _subagent(at, text)
    frames += _settled(at, text)
    frames.append({
        "type": "turn_ended",
        "why": "failed",
        "problem": {"code": "authentication", "text": text, "remedy": text},
        "prompt_kept": True,
        "model": text,
        "duration_ms": 21400,
        "usage": {
            "input_tokens": 1, "output_tokens": 1, "cache_read_tokens": 1, "cache_write_tokens": 1, "cost_usd": 1,
        },
    })  # fmt: skip
    return [{"turn": f"t{at}", **frame} for frame in frames]


def _tool(call: str, name: str, values: dict[str, Any], text: str, parent: str | None = None) -> list[Frame]:
    return [
        {"type": "tool_started", "tool": call, "name": name, "input": values, **({"parent": parent} if parent else {})},
        {"type": "tool_progress", "tool": call, "text": text, "tokens": 5, "tool_uses": 1},
        {
            "type": "tool_finished",
            "tool": call,
            "outcome": "failed" if name == "Grep" else "done",
            "content": [
                {"kind": "text", "text": f"\x1b[31m{text}\x1b[0m"},
                {"kind": "text", "text": f"<tool_use_error>{text}</tool_use_error>"},
                PICTURE,
            ],
            "detail": {
                "stdout": text, "stderr": text, "filePath": text, "filenames": [text], "content": text,
                "structuredPatch": [
                    {"oldStart": 1, "oldLines": 1, "newStart": 1, "newLines": 1, "lines": [f"-{text}", f"+x{text}"]}
                ],
                "oldString": text, "newString": f"x{text}", "originalFile": text,
                "newTodos": [{"content": text, "status": "pending", "activeForm": text}],
                "file": {"filePath": text, "content": text}, "result": text, "url": text, "codeText": text,
            },
            "omitted": 5,
        },
    ]  # fmt: skip


def _subagent(at: str, text: str) -> list[Frame]:
    task = f"{at}-task"
    started, progress, finished = _tool(
        task, "Task", {"description": text, "prompt": text, "subagent_type": text}, text
    )
    return [
        started,
        progress,
        {"type": "message", "message": f"n{at}", "block": 0, "kind": "text", "text": text, "parent": task},
        *_tool(f"{at}-inner", "Bash", {"command": text}, text, parent=task),
        finished,
    ]


def _settled(at: str, text: str) -> list[Frame]:
    frames: list[Frame] = []
    decisions = ("deny", "allow_session", "allow")
    for kind, ask, decision in zip(
        ("permission", "choice", "plan"), asks(text), (*decisions[:1], "allow", "allow"), strict=True
    ):
        name = f"{at}-old-{kind}"
        frames += [
            {"type": "tool_started", "tool": name, "name": "Bash", "input": {"command": text}},
            {"type": "question", "question": name, "nonce": "n", "tool": name, "ask": ask},
            {
                "type": "question_settled",
                "question": name,
                "decision": decision,
                "user": text,
                "message": text,
                "rule": {"tool": text, "pattern": text},
                "answers": {text: text},
            },
            {"type": "tool_finished", "tool": name, "outcome": "denied", "content": []},
        ]
    return frames


def asks(text: str) -> list[dict[str, Any]]:
    """The three kinds of question."""
    option = {"label": text, "description": text}
    return [
        {
            "kind": "permission",
            "name": "Bash",
            "input": {"command": text, "description": text, text: text},
            "title": text,
            "reason": text,
            "blocked_path": text,
            "rules": [{"tool": "Bash", "pattern": text}, {"tool": text}],
        },
        {
            "kind": "choice",
            "items": [
                {
                    "question": f"1 {text}",
                    "header": text,
                    "options": [option, {"label": "b", "description": ""}],
                    "multi_select": False,
                },
                {
                    "question": f"2 {text}",
                    "header": text,
                    "options": [option, {"label": "b", "description": ""}],
                    "multi_select": True,
                },
            ],
        },
        {"kind": "plan", "plan": text},
    ]


def edits(text: str) -> list[dict[str, Any]]:
    """Permissions for tools that are shown in ways of their own."""
    return [
        {"kind": "permission", "name": name, "input": TOOLS[name](text), "title": "", "rules": []}
        for name in ("Write", "Edit", "WebFetch", "mcp__server__tool")
    ] + [{"kind": "permission", "name": text, "input": {text: text}, "title": "", "rules": [{"tool": text}]}]


def questions(number: int, text: str) -> list[Frame]:
    """Every kind of question, open."""
    return [
        {"type": "question", "question": f"q{number}-{index}", "nonce": "n", "ask": ask, "turn": f"t{number}"}
        for index, ask in enumerate([*asks(text), *edits(text)])
    ]


def running(number: int, text: str) -> list[Frame]:
    """A turn that goes on: pieces of what is being written, and tools that have not ended."""
    at, turn_id = f"r{number}", f"t-r{number}"
    frames: list[Frame] = [
        {"type": "turn_started", "origin": {"kind": "prompt", "prompt": at, "user": text}, "text": text,
         "attachments": [], "mentions": []},
        {"type": "thinking", "message": at, "block": 0, "text": text},
        {"type": "text", "message": at, "block": 1, "text": text},
        {"type": "tool_input", "message": at, "block": 2, "tool": f"{at}-w", "name": "Bash",
         "text": '{"command": "' + text},
        {"type": "tool_input", "message": at, "block": 3, "tool": f"{at}-v", "name": text, "text": text},
        {"type": "tool_started", "tool": f"{at}-b", "name": "Bash",
         "input": {"command": text, "run_in_background": True}},
        {"type": "tool_progress", "tool": f"{at}-b", "text": text, "tokens": 5, "tool_uses": 1},
    ]  # fmt: skip
    return [{"turn": turn_id, **frame} for frame in frames]


def foot(numbered: list[tuple[int, str]]) -> list[Frame]:
    """Everything around the conversation that holds many texts at once."""
    waiting = [
        {"prompt": f"w{number}", "text": text, "user": text, "attachments": [text], "mentions": []}
        for number, text in numbered
    ]
    states = ("in_progress", "pending", "pending")
    items = [
        {"id": f"i{number}", "text": text, "status": states[min(index, 2)]}
        for index, (number, text) in enumerate(numbered)
    ]
    notices: list[Frame] = [
        {"type": "notice", "code": f"n{number}", "level": level, "text": text, "remedy": text, "attempt": 1,
         "retry_in_ms": 60_000}
        for (number, text), level in zip(numbered, ("info", "warning", "error") * len(numbered), strict=False)
    ]  # fmt: skip
    return [{"type": "queue", "prompts": waiting}, {"type": "plan", "items": items}, *notices]


def singles(text: str) -> list[Frame]:
    """Everything of which there is one."""
    problem = {"code": "claude_failed", "text": text, "remedy": text}
    return [
        {
            "type": "configured",
            "settings": {"model": text, "effort": None, "mode": "default", "agent": text},
            "title": text,
        },
        {"type": "error", "problem": problem, "reply_to": "x"},
        {"type": text or "?", "at": 0},
        {"type": "agent_draft", "fields": {"name": text, text: text}},
        {"type": "agent_saved", "name": text, "path": text},
        {"type": "state", "state": "failed", "why": text, "problem": problem},
    ]


def api(numbered: list[tuple[int, str]]) -> dict[str, Any]:
    """What the server's REST side says, by path; see `js/src/rest.ts`."""
    texts = [text for _, text in numbered]
    return {
        "sessions": {
            "sessions": [
                {"session_id": f"9d1f2a34-0b5c-4d6e-8f70-{number:012d}", "notebook": text, "title": text,
                 "snippet": text,
                 "state": "ready", "created": "2026-01-02T03:04:05Z", "modified": "2026-01-02T03:04:05Z", "turns": 3,
                 "context": "workspace"}
                for number, text in numbered
            ]
        },
        "offers": {
            "commands": [
                {"name": text, "description": text, "argument_hint": text, "aliases": [text]} for text in texts
            ],
            "models": [{"id": text, "label": text, "description": text} for text in texts],
            "efforts": ["low", "medium", "high"],
            "modes": ["default", "acceptEdits", "plan"],
        },
        "context": {"tokens": 500, "window": 1000, "parts": [{"name": text, "tokens": 5} for text in texts]},
        "files": {"files": [{"path": text, "kind": "file"} for text in texts]},
    }  # fmt: skip


#: The agent that has a name as agents have: its file is asked for by it.
AGENT = "own"


def agent(texts: list[str], name: str = AGENT, **more: Any) -> dict[str, Any]:
    """What the server says of an agent's file: the first text wherever there is one, all of them in its lists."""
    first = texts[0]
    own = {
        "schema_version": 1, "name": name, "description": first, "prompt": first, "tools": [*texts, "Read"],
        "disallowed_tools": texts, "model": first, "effort": None, "max_turns": None, "color": None, "starters": texts,
        "created": None, "modified": None,
    }  # fmt: skip
    about = {"path": f"analysis/{first}", "etag": '"1"', "problem": None, "read_only": False, "accepted": False}
    return {"name": name, "agent": own, **about, **more}


def agents(numbered: list[tuple[int, str]]) -> dict[str, Any]:
    """What the server's REST side says of the agents next to the notebook, by path."""
    own = agent([text for _, text in numbered])
    listed = [agent([text], f"{number} {text}") for number, text in numbered]
    broken = [
        agent([text], f"broken {number} {text}", agent=None, problem={"code": "x", "text": text, "remedy": text})
        for number, text in numbered
    ]
    return {"agents": {"agents": [own, *listed, *broken]}, f"agents/{AGENT}": own}


def drafts(texts: list[str]) -> list[Frame]:
    """An agent as Claude would have it, once per text, at last under a name that can be saved."""
    lists = {"tools": texts, "disallowed_tools": texts, "starters": texts, "effort": "low"}
    single = [dict.fromkeys(("name", "description", "prompt", "model", text), text) for text in texts]
    return [
        {"type": "agent_draft", "fields": {**lists, **each}, "by": "claude"}
        for each in [*single, {**single[0], "name": AGENT}]
    ]


def overtaken(texts: list[str]) -> tuple[int, dict[str, Any]]:
    """What a save meets where the file has become another one: the texts in every field of it."""
    theirs = agent([*texts[1:], texts[0]])
    return 409, {"code": "agent_changed", "message": texts[0], "remedy": texts[0], "yours": theirs, "theirs": theirs}
