"""Agent files as they are read: whole and honest, or refused in words that help."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from jupyter_claude_workspace.agents.document import MAX_BYTES
from jupyter_claude_workspace.agents.model import Agent
from jupyter_claude_workspace.agents.store import AgentEntry, AgentFolder
from jupyter_claude_workspace.errors import AgentChanged, AgentInvalid, AgentUnknown, AgentUnsaved

LEAST: dict[str, Any] = {"name": "reviewer", "description": "reviews", "prompt": "Review."}
FILE = "reviewer.agent.json"


@pytest.fixture
def folder(tmp_path: Path) -> AgentFolder:
    """An empty one."""
    place = tmp_path.resolve() / "notebooks"
    place.mkdir()
    return AgentFolder(place)


def names(folder: AgentFolder) -> list[str]:
    """Whatever lies in it."""
    return sorted(path.name for path in folder.directory.iterdir())


def found(folder: AgentFolder, content: bytes | str | dict[str, Any]) -> AgentEntry:
    """The entry of a file with this content, which looking at it leaves as it is."""
    text = json.dumps(content) if isinstance(content, dict) else content
    data = text if isinstance(text, bytes) else text.encode()
    (folder.directory / FILE).write_bytes(data)
    (entry,) = folder.entries()
    assert (folder.directory / FILE).read_bytes() == data
    return entry


def refused(folder: AgentFolder, content: bytes | str | dict[str, Any]) -> str:
    """The problem of a file with this content, which names the file and says what to do."""
    entry = found(folder, content)
    assert entry.agent is None
    assert entry.problem is not None
    assert FILE in entry.problem.text
    assert entry.problem.remedy
    with pytest.raises(AgentInvalid):
        entry.usable()
    return f"{entry.problem.text} {entry.problem.remedy}"


def test_a_saved_file_is_plain(folder: AgentFolder) -> None:
    """Indented JSON, the model's keys in order, text as it is and a newline at the end; nothing lies beside it."""
    agent = Agent(**{**LEAST, "prompt": "Prüfe “alles” 🦀\nund mehr.", "tools": ["Read"]})

    saved = folder.save(agent, expect=None)

    text = saved.path.read_text(encoding="utf-8")
    assert saved.path == folder.directory / FILE
    assert text.startswith('{\n  "schema_version": 1,\n  "name": "reviewer",\n')
    assert "Prüfe “alles” 🦀\\nund" in text
    assert text.endswith("}\n")
    assert list(json.loads(text)) == list(Agent.model_fields)
    assert names(folder) == [FILE]
    assert saved.agent == folder.entry("reviewer").agent
    assert saved.agent.model_copy(update={"created": None, "modified": None}) == agent


def test_what_a_save_keeps(folder: AgentFolder) -> None:
    """When it was made, the schema that the file names, and its permissions stay; when it was changed is new."""
    old = {
        "$schema": "./agent.schema.json",
        **LEAST,
        "created": "2020-01-01T00:00:00Z",
        "modified": "2020-01-01T00:00:00Z",
    }
    before = found(folder, old)
    before.path.chmod(0o640)

    saved = folder.save(Agent(**{**LEAST, "prompt": "Another."}), expect=before.etag)

    new = json.loads(saved.path.read_text(encoding="utf-8"))
    assert new["$schema"] == "./agent.schema.json"
    assert new["created"] == "2020-01-01T00:00:00Z"
    assert new["modified"] > "2026"
    assert new["prompt"] == "Another."
    assert stat.S_IMODE(saved.path.stat().st_mode) == 0o640
    assert saved.etag != before.etag


def test_the_version_that_is_replaced_must_be_the_one_that_is_there(folder: AgentFolder) -> None:
    """What expects another version, or none, or one that is gone, changes nothing and says what is there."""
    first = folder.save(Agent(**LEAST), expect=None)
    text = first.path.read_bytes()
    other = Agent(**{**LEAST, "prompt": "Another."})

    for expect in (None, '"another"'):
        with pytest.raises(AgentChanged) as changed:
            folder.save(other, expect=expect)
        assert changed.value.theirs == first
    with pytest.raises(AgentChanged):
        folder.delete("reviewer", expect='"another"')
    assert first.path.read_bytes() == text
    folder.delete("reviewer", expect=first.etag)
    with pytest.raises(AgentChanged) as changed:
        folder.save(other, expect=first.etag)
    assert changed.value.theirs is None
    with pytest.raises(AgentUnknown):
        folder.delete("reviewer", expect=first.etag)
    assert names(folder) == []


def test_what_is_listed(folder: AgentFolder) -> None:
    """Agent files by name, readable or not; no hidden files, no folders; none where the folder is gone."""
    for name in ("b", "a"):
        folder.save(Agent(**{**LEAST, "name": name}), expect=None)
    for name in ("UPPER case.agent.json", "con.agent.json", "broken.agent.json", ".hidden.agent.json", "notes.json"):
        (folder.directory / name).write_text("{")
    (folder.directory / "folder.agent.json").mkdir()

    entries = folder.entries()

    assert [entry.name for entry in entries] == ["UPPER case", "a", "b", "broken", "con"]
    assert [entry.name for entry in entries if entry.problem is None] == ["a", "b"]
    assert AgentFolder(folder.directory / "gone").entries() == []
    with pytest.raises(AgentUnknown):
        AgentFolder(folder.directory / "gone").entry("a")
    with pytest.raises(AgentUnsaved, match="No such file"):
        AgentFolder(folder.directory / "gone").save(Agent(**LEAST), expect=None)


def test_a_file_is_named_as_its_agent(folder: AgentFolder) -> None:
    """A copy under another name is refused with both names, since one of them must be meant."""
    told = refused(folder, {**LEAST, "name": "other"})

    assert '"other"' in told
    assert '"reviewer"' in told


def test_what_is_no_agent_s_name_is_not_saved(folder: AgentFolder) -> None:
    """A device of Windows is refused, since nobody there could have the file."""
    with pytest.raises(AgentInvalid, match="device"):
        folder.save(Agent(**{**LEAST, "name": "con"}), expect=None)
    assert names(folder) == []


@pytest.mark.parametrize(
    "key",
    ["hooks", "mcpServers", "mcp_servers", "env", "environment", "permissionMode", "permission_mode", "permissions",
     "bypassPermissions", "allowedTools", "settings", "apiKeyHelper", "command", "skills", "plugins", "$id",
     "__proto__", "\u202ename", "nam\u0435", "x" * 200],
)  # fmt: skip
def test_unknown_keys_are_refused_by_name(folder: AgentFolder, key: str) -> None:
    """What could run something or widen rights is no key of an agent, nor is anything else that is not described."""
    told = refused(folder, {**LEAST, key: {"PreToolUse": [{"command": "touch canary"}]}})

    assert (key if key.isascii() else ascii(key)[1:-1])[:60] in told
    assert "no key of an agent" in told


@pytest.mark.parametrize(
    ("key", "meant"),
    [("disallowedTools", "disallowed_tools"), ("maxTurns", "max_turns"), ("promt", "prompt"), ("Starters", "starters")],
)
def test_the_key_that_was_meant_is_named(folder: AgentFolder, key: str, meant: str) -> None:
    """A key of Claude Code's own spelling, or a slip, is answered with the right one."""
    assert f'Did you mean "{meant}"?' in refused(folder, {**LEAST, key: []})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b"[]", "no JSON object"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b'{"name": "a", "prompt": "x", "name": "b"}', '"name" twice'),
        (b'{"max_turns": NaN}', "NaN"),
        (b'{"max_turns": -Infinity}', "Infinity"),
        (b'{"max_turns": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b'{"prompt": "\\ud800"}', "surrogate"),
        (b"[" * 200_000, "nested"),
        (b'{"tools": ' + b"[" * 90_000 + b"]" * 90_000 + b"}", "nested"),
        (b'{"x":' * 100_000 + b"1" + b"}" * 100_000, "nested"),
        (b" " * (MAX_BYTES + 1), "larger than 1 MiB"),
        (json.dumps({**LEAST, "prompt": "p" * (10 << 20)}).encode(), "larger than 1 MiB"),
        ({"name": "reviewer"}, '"description" is missing. "prompt" is missing.'),
        ({**LEAST, "prompt": ""}, '"prompt" must be a text of 1 to 100,000 characters'),
        ({**LEAST, "prompt": "a\0b"}, "NUL"),
        ({**LEAST, "prompt": "p" * 100_001}, '"prompt" must be'),
        ({**LEAST, "name": "Upper"}, '"name" must be a text: 1 to 64 lower case'),
        ({**LEAST, "tools": "Read"}, '"tools" must be a list of at most 200 texts or null'),
        ({**LEAST, "tools": ["Read", 5]}, '"tools", entry 2, must be a text: 1 to 200 characters, a letter first'),
        ({**LEAST, "tools": ["--dangerously-skip-permissions"]}, '"tools", entry 1,'),
        ({**LEAST, "disallowed_tools": ["Read", "-p"]}, '"disallowed_tools", entry 2,'),
        ({**LEAST, "tools": ["Bash(\n--x)"]}, '"tools", entry 1,'),
        ({**LEAST, "tools": ["x"] * 201}, '"tools" must be'),
        ({**LEAST, "disallowed_tools": None}, '"disallowed_tools" must be a list'),
        ({**LEAST, "max_turns": "5"}, '"max_turns" must be a whole number from 1 to 10,000 or null'),
        ({**LEAST, "max_turns": True}, '"max_turns"'),
        ({**LEAST, "max_turns": 5.0}, '"max_turns"'),
        ({**LEAST, "effort": "huge"}, '"low" or "medium"'),
        ({**LEAST, "model": "--dangerously-skip-permissions"}, '"model" must be a text'),
        ({**LEAST, "starters": [""]}, '"starters", entry 1,'),
        ({**LEAST, "schema_version": "1"}, '"schema_version" must be 1'),
        ({**LEAST, "schema_version": True}, '"schema_version" must be 1'),
        ({**LEAST, "schema_version": 0}, '"schema_version" must be 1'),
        ({**LEAST, "$schema": 5}, '"$schema"'),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, (str, dict)) else value[:12].hex(),
)
def test_what_is_no_agent_is_refused_in_words(folder: AgentFolder, content: Any, words: str) -> None:
    """The text names file and key or place, the remedy what to do, and the file stays as it is."""
    assert words in refused(folder, content)


@pytest.mark.parametrize("content", [b"{", json.dumps({**LEAST, "hooks": {}}).encode()])
def test_what_cannot_be_read_is_not_overwritten(folder: AgentFolder, content: bytes) -> None:
    """A save over such a file is refused with its problem, even where its version is named; deleting it works."""
    entry = found(folder, content)

    with pytest.raises(AgentInvalid, match="not overwritten"):
        folder.save(Agent(**LEAST), expect=entry.etag)

    assert entry.path.read_bytes() == content
    folder.delete("reviewer", expect=entry.etag)
    assert names(folder) == []


def test_a_newer_file_is_shown_and_left_alone(folder: AgentFolder) -> None:
    """As much of it as is understood is there to be looked at; it cannot be used, and is never rewritten."""
    entry = found(folder, {**LEAST, "schema_version": 2, "tools": {"new": "form"}, "memory": "project"})

    assert entry.read_only
    assert entry.agent == Agent(**LEAST)
    assert entry.problem is not None
    assert entry.problem.code == "agent_newer"
    with pytest.raises(AgentInvalid, match="version 2"):
        entry.usable()
    with pytest.raises(AgentInvalid, match="Update"):
        raise_remedy(folder, entry)
    assert json.loads(entry.path.read_bytes())["memory"] == "project"
    unreadable = found(folder, {"schema_version": 99, "totally": "different"})
    assert (unreadable.read_only, unreadable.agent) == (True, None)


def raise_remedy(folder: AgentFolder, entry: AgentEntry) -> None:
    """Save over an entry; its refusal, with the remedy as its text."""
    try:
        folder.save(Agent(**LEAST), expect=entry.etag)
    except AgentInvalid as error:
        raise AgentInvalid(error.remedy) from error


def test_a_byte_order_mark_does_no_harm(folder: AgentFolder) -> None:
    """Editors on Windows write one."""
    assert found(folder, b"\xef\xbb\xbf" + json.dumps(LEAST).encode()).agent == Agent(**LEAST)


def test_pipes_devices_and_links_are_no_agents(folder: AgentFolder, tmp_path: Path) -> None:
    """A pipe does not block, and a link is not followed, wherever it leads; each can be deleted."""
    secret = tmp_path / "secret"
    secret.write_text(json.dumps({**LEAST, "prompt": "SECRET"}))
    os.mkfifo(folder.directory / "pipe.agent.json")
    (folder.directory / "inside.json").write_text(json.dumps({**LEAST, "name": "near"}))
    for name, target in (
        ("reviewer", secret),
        ("near", Path("inside.json")),
        ("zero", Path("/dev/zero")),
        ("gone", Path("x")),
    ):
        (folder.directory / f"{name}.agent.json").symlink_to(target)

    entries = {entry.name: entry for entry in folder.entries()}

    assert set(entries) == {"pipe", "reviewer", "near", "zero", "gone"}
    assert {entry.agent for entry in entries.values()} == {None}
    assert {name for name, entry in entries.items() if entry.problem and "symbolic link" in entry.problem.text} == {
        "reviewer", "near", "zero", "gone",
    }  # fmt: skip
    with pytest.raises(AgentInvalid):
        folder.save(Agent(**LEAST), expect=entries["reviewer"].etag)
    for entry in entries.values():
        folder.delete(entry.name, expect=entry.etag)
    assert json.loads(secret.read_text())["prompt"] == "SECRET"
    assert names(folder) == ["inside.json"]


def test_every_change_of_a_large_file_is_another_version(folder: AgentFolder) -> None:
    """What is too large to be read is told apart too, so that one that changed meanwhile is not deleted."""
    before = found(folder, b" " * (2 * MAX_BYTES))
    after = found(folder, b" " * (2 * MAX_BYTES) + b"more")

    with pytest.raises(AgentChanged):
        folder.delete("reviewer", expect=before.etag)

    folder.delete("reviewer", expect=after.etag)
    assert names(folder) == []


def test_a_folder_with_very_many_agents(folder: AgentFolder) -> None:
    """The first 500 are read; the rest are listed, and told why they are not."""
    for number in range(510):
        (folder.directory / f"a{number:03}.agent.json").write_text(json.dumps({**LEAST, "name": f"a{number:03}"}))

    entries = folder.entries()

    assert len(entries) == 510
    assert [entry.problem is None for entry in entries] == [True] * 500 + [False] * 10
