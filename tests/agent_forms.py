"""Agent files in Claude Code's form, as people write them, and what Claude Code reads of each."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from claude_agent_sdk import _bundled

from jupyter_claude_workspace.demo.thread import DemoThread

CLI = Path(_bundled.__path__[0]) / "claude"
EXAMPLES = r"Use it when: a. Examples:\n\n<example>\nuser: \"hi\"\n</example>"
# Front matter below the name → the description that is read.
DESCRIPTIONS = {
    "description: plain words": "plain words",
    "description: Use this: when asked: for x": "Use this: when asked: for x",
    "description: Use: a # b": "Use: a # b",
    "description: fixes #123 and # more": "fixes",
    f"description: {EXAMPLES}": EXAMPLES.replace("\\n", "\n"),
    'description: "one\\ntwo: three"': "one\ntwo: three",
    "description: 'one\\ntwo'": "one\ntwo",
    "description: 'it''s'": "it's",
    "description: |\n  one\n  two\n": "one\ntwo\n",
    "description: >\n  one\n  two\n": "one two\n",
    "description: one\n  two\n  three": "one two three",
    "description: [SECURITY] reviews: things": "[SECURITY] reviews: things",
    "description: [unclosed": "[unclosed",
    "description: {foo} bar": "{foo} bar",
    "description: *bold* words": "*bold* words",
    "description: @someone `code`": "@someone `code`",
    "description: `code` first": "`code` first",
    "description: %percent": "%percent",
    "description: > folded on one: line": "> folded on one: line",
    "description: &anchor here": "here",
    "description: !tag here": "here",
    "description: 2024-01-01": "2024-01-01",
    "description: 5 things": "5 things",
    "description: '  padded  '": "  padded  ",
    "description: first\ndescription: second": "second",
    "description: x # y\nextra: [unclosed": "x # y",
    "description: x\ttab": "x\ttab",
    "description: x\ntools:\n\t- Read": "x",
    "# a comment\n\ndescription: x": "x",
}
# What stands behind `tools:` → the names that are read, None for all.
TOOLS: dict[str, list[str] | None] = {
    " Read, Grep": ["Read", "Grep"],
    " Read Grep": ["Read", "Grep"],
    "\n  - Read\n  - Grep": ["Read", "Grep"],
    "\n  - Read, Grep\n  - Bash": ["Read", "Grep", "Bash"],
    ' [Read, "Grep"]': ["Read", "Grep"],
    " Read, Bash(git log:*, git show:*), mcp__a__b": ["Read", "Bash(git log:*, git show:*)", "mcp__a__b"],
    " '*'": None,
    "": [],
    " []": [],
}


def file(head: str, name: str = "reviewer", body: str = "Review.") -> str:
    """An agent file with this front matter below the name."""
    return f"---\nname: {name}\n{head}\n---\n\n{body}\n"


def as_read(folder: Path, files: dict[str, str], demo: DemoThread, *arguments: str) -> dict[str, Any]:
    """What the real CLI says of `.claude/agents` with these files: by name, what `initialize` tells of each."""
    agents = folder / "project" / ".claude" / "agents"
    agents.mkdir(parents=True)
    for name, text in files.items():
        (agents / name).write_bytes(text.encode())
    home = folder / "home"
    home.mkdir()
    environment = {
        "HOME": str(home),
        "CLAUDE_CONFIG_DIR": str(home / ".claude"),
        "PATH": os.environ["PATH"],
        "TMPDIR": os.environ["TMPDIR"],
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        **demo.environment(),
    }
    said = [
        {"type": "control_request", "request_id": "1", "request": {"subtype": "initialize"}},
        {"type": "user", "message": {"role": "user", "content": "hello"}, "parent_tool_use_id": None},
    ]
    streams = ["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"]
    done = subprocess.run(
        [CLI, *streams, "--setting-sources", "project", *arguments],
        cwd=folder / "project",
        env=environment,
        input="".join(f"{json.dumps(each)}\n" for each in said),
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    answer = next(message["response"] for message in messages if message["type"] == "control_response")
    assert any(message["type"] == "result" for message in messages), done.stderr
    return {each["name"]: each for each in answer["response"]["agents"]}
