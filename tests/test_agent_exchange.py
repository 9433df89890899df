"""Agents from and to other forms: what Claude Code reads is what we read, and what we write it reads as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from agent_forms import DESCRIPTIONS, TOOLS, as_read, file
from answers import refusal, told
from hypothesis import given, settings
from hypothesis import strategies as some
from server_stage import Stage

from jupyter_claude_workspace.agents.convert import read_agent, write_agent
from jupyter_claude_workspace.agents.document import is_name
from jupyter_claude_workspace.agents.model import Agent
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.errors import AgentInvalid
from jupyter_claude_workspace.protocol.content import Color, Effort

WHOLE = file(
    "description: Reviews\ntools: Read, Grep\ndisallowedTools: [Bash]\nmodel: claude-opus-5-5[1m]\neffort: High\n"
    "maxTurns: 12\ncolor: blue",
    body="Review.\n\n---\n\nWell.",
)
OPCODE: dict[str, Any] = {
    "version": 1,
    "exported_at": "2025-01-23T14:29:58.156063+00:00",
    "agent": {
        "name": "Git Commit Bot",
        "icon": "bot",
        "model": "sonnet",
        "system_prompt": "<role>Commit.</role>",
        "default_task": "Push all changes.",
        "hooks": None,
    },
}


async def test_import_of_what_claude_code_has(stage: Stage) -> None:
    """Every field that both forms have is there, nothing is lost, and nothing is saved."""
    params = {"notebook": stage.notebook()}

    read = told(await stage.ask("POST", "api/agent-files/import", {"filename": "x.md", "text": WHOLE}, params=params))

    assert read["lost"] == []
    assert {key: value for key, value in read["agent"].items() if value not in (None, [])} == {
        "schema_version": 1,
        "name": "reviewer",
        "description": "Reviews",
        "prompt": "Review.\n\n---\n\nWell.",
        "tools": ["Read", "Grep"],
        "disallowed_tools": ["Bash"],
        "model": "claude-opus-5-5[1m]",
        "effort": "high",
        "max_turns": 12,
        "color": "blue",
    }
    assert [path.name for path in stage.root.iterdir()] == ["analysis.ipynb"]


async def test_an_agent_goes_out_and_comes_in_again(stage: Stage) -> None:
    """Exported and imported, a saved agent says what it said; what the other form lacks is named."""
    params = {"notebook": stage.notebook("sub/a.ipynb")}
    agent = told(await stage.ask("POST", "api/agent-files/import", {"filename": "x.md", "text": WHOLE}, params=params))
    body = {**agent["agent"], "starters": ["What is odd?"]}
    await stage.ask("PUT", "api/agents/reviewer", body, params=params, headers={"If-None-Match": "*"})

    made = told(await stage.ask("GET", "api/agents/reviewer/export", params=params))
    back = {"filename": made["filename"], "text": made["text"]}
    again = told(await stage.ask("POST", "api/agent-files/import", back, params=params))

    assert made["filename"] == "reviewer.md"
    assert made["lost"] == ["The first questions were left out: an agent of Claude Code has none."]
    assert again == {"agent": agent["agent"], "lost": []}


async def test_import_of_opcode_exports(stage: Stage) -> None:
    """Name, model, prompt and task are carried; what is not is said; what runs commands never comes along."""
    params = {"notebook": stage.notebook()}
    asked = {"filename": "bot.opcode.json", "text": json.dumps(OPCODE)}
    read = told(await stage.ask("POST", "api/agent-files/import", asked, params=params))
    agent = read["agent"]
    assert (agent["name"], agent["model"]) == ("git-commit-bot", "sonnet")
    assert (agent["prompt"], agent["starters"]) == ("<role>Commit.</role>", ["Push all changes."])
    assert agent["description"] == "Git Commit Bot: Push all changes."
    assert [sentence.split("`")[1] for sentence in read["lost"] if "`" in sentence] == ["Git Commit Bot", "icon"]

    hooked = {**OPCODE, "agent": {**OPCODE["agent"], "hooks": '{"PreToolUse": "rm"}'}}
    with_hooks = told(
        await stage.ask(
            "POST",
            "api/agent-files/import",
            {"filename": "x.json", "text": json.dumps(hooked)},
            params=params,
        )
    )
    assert any("`hooks` was left out" in sentence for sentence in with_hooks["lost"])
    assert "rm" not in json.dumps(with_hooks["agent"])


REFUSED = {
    "x.md": ["", "no front matter", "---\nname: a\n", "---\nname: a\n---\n", "---\n- a\n---\nb", "---\n\n---\nb",
             "---\nname: a\ndescription: Use: a\n  b: c\n---\nb", "---\nname: 'a\n---\nb", "\n---\nname: a\n---\nb",
             "---\na: " + "[" * 5_000 + "\n---\nb", "---\nname: a\nmodel: -x\n---\nb", "---\nname: a\n---\nb\x00",
             "---\nname: a\nx: " + "y" * 70_000 + "\n---\nb", "---\nname: a\n---\n" + "b" * 100_001],
    "x.opcode.json": ["", "{", "[]", '{"agent": {}}', '{"agent": {"system_prompt": " "}}', "[" * 100_000],
    "x.agent.json": ["{}", '{"name": "a"}', '{"name": "a", "description": "b", "prompt": "c", "hooks": {}}'],
    "x.txt": [WHOLE], "x": [WHOLE], "..": [WHOLE], "x.md.exe": [WHOLE], "/": [WHOLE],
}  # fmt: skip


async def test_what_is_no_agent_is_refused(stage: Stage) -> None:
    """The refusal names the file and what to do; never a failure of ours."""
    params = {"notebook": stage.notebook()}
    for filename, texts in REFUSED.items():
        for text in texts:
            asked = {"filename": filename, "text": text}
            answer = await stage.ask("POST", "api/agent-files/import", asked, params=params)
            assert filename.strip("/.") in refusal(answer, 400, "agent_invalid"), (filename, text[:50])
            assert told(answer, 400)["remedy"]
    huge = {"filename": "x.md", "text": "x" * (5 << 20)}
    refusal(await stage.ask("POST", "api/agent-files/import", huge, params=params), 413, "too_large")
    refusal(await stage.ask("GET", "api/agents/nobody/export", params=params), 404, "agent_unknown")


@pytest.mark.parametrize("head", DESCRIPTIONS)
def test_descriptions_are_read_as_claude_code_reads_them(head: str) -> None:
    """Unquoted colons, line breaks written out, block texts: the list is of what the real CLI makes of each."""
    assert read_agent("x.md", file(head)).agent.description == DESCRIPTIONS[head]


@pytest.mark.parametrize("value", TOOLS)
def test_tools_are_read_as_claude_code_reads_them(value: str) -> None:
    """Commas, spaces, lists, patterns in brackets; `*` is all, nothing is none."""
    assert read_agent("x.md", file(f"description: x\ntools:{value}")).agent.tools == TOOLS[value]
    assert read_agent("x.md", file("description: x")).agent.tools is None


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("reviewer", "reviewer"),
        ("Code Reviewer", "code-reviewer"),
        ("powershell-5.1-expert", "powershell-5-1-expert"),
        ("__init__", "init"),
        ("Prüfer", "prufer"),
        ("评审", "file-stem"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 100, "x" * 64),
        ("con", "con-agent"),
        ("", "file-stem"),
    ],
)
def test_names_become_names(wanted: str, name: str) -> None:
    """Of a name that an agent may not have here, the nearest is made, and that is said."""
    text = file("description: x", name=json.dumps(wanted, ensure_ascii=False))

    read = read_agent("C:\\agents\\File Stem.md", text)

    assert read.agent.name == name
    assert bool(read.lost) == (wanted != name)


def test_what_an_agent_here_does_not_have_is_said() -> None:
    """Each field that is left out has a sentence; those that say nothing have none."""
    said = {
        "hooks:\n  PreToolUse: [rm]": "hooks", "mcpServers: [a]": "mcpServers", "effort: 50": "effort",
        "permissionMode: plan": "permissionMode", "initialPrompt: Go": "initialPrompt", "category: x": "category",
        "skills: [a]": "skills", "memory: user": "memory", "background: true": "background", "color: teal": "color",
        "maxTurns: many": "maxTurns",
    }  # fmt: skip
    for line, key in said.items():
        read = read_agent("x.md", file(f"description: x\n{line}"))
        assert [sentence for sentence in read.lost if f"`{key}`" in sentence] == list(read.lost) != [], line
    silent = "hooks:\nmcpServers: []\npermissionMode: default\nskills: []\nbackground: false\ncolor:\nmodel: ''"
    assert read_agent("x.md", file(f"description: x\n{silent}")).lost == ()


TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40)
NAMES = some.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True).filter(is_name)
TOOL = some.from_regex(r"[A-Za-z][A-Za-z0-9_*-]{0,12}(\([a-z :*]{1,9}\))?", fullmatch=True)
AGENTS = some.builds(
    Agent,
    name=NAMES,
    description=TEXT.filter(lambda text: text.strip() and "\\n" not in text),
    prompt=TEXT.filter(lambda text: text.strip()),
    tools=some.none() | some.lists(TOOL, unique=True, max_size=4),
    disallowed_tools=some.lists(TOOL, unique=True, max_size=4),
    model=some.none() | some.sampled_from(["inherit", "opus", "claude-opus-5-5[1m]", "true", "1.5"]),
    effort=some.none() | some.sampled_from(Effort.__args__),
    max_turns=some.none() | some.integers(1, 10_000),
    color=some.none() | some.sampled_from(Color.__args__),
    created=some.none(),
    modified=some.none(),
    starters=some.just([]),
)


@given(AGENTS)
@settings(max_examples=300)
def test_every_agent_survives_the_round(agent: Agent) -> None:
    """What is written is read again as it was, but for blank space around the prompt, which is said."""
    made = write_agent(agent)

    back = read_agent(made.filename, made.text)

    if made.lost:
        assert "blank space" in made.lost[0]
        agent = agent.model_copy(update={"prompt": back.agent.prompt})
    assert (back.agent, back.lost) == (agent, ())


@given(some.text(max_size=300), some.sampled_from(["x.md", "x.opcode.json", "x.json"]))
@settings(max_examples=300)
def test_whatever_the_text_is_the_answer_is_an_agent_or_a_refusal(text: str, filename: str) -> None:
    """No text makes reading fail in another way."""
    for whole in (text, f"---\n{text}\n---\n{text}", f"---\nname: a\ndescription: {text}\n---\nb"):
        try:
            assert read_agent(filename, whole).agent.prompt
        except AgentInvalid as error:
            assert error.text.startswith(("x.", "The front matter of x."))


def test_the_real_cli_reads_what_we_write(tmp_path: Path) -> None:
    """Exported files next to the originals: the same agents, and the same prompt, tools and model when one runs."""
    requests: list[dict[str, Any]] = []
    heads = {f"one-{n}": head for n, head in enumerate(DESCRIPTIONS)}
    heads["runs"] = "description: x\ntools: Read, Write\nmodel: haiku"
    originals = {f"{name}.md": file(head, name, "Body, of which\n---\nis a part.") for name, head in heads.items()}
    exported = {name: write_agent(read_agent(name, text).agent).text for name, text in originals.items()}

    def asking(_name: str, _attempt: int, body: dict[str, Any]) -> None:
        requests.append(body)

    with DemoThread(asking=asking) as demo:
        theirs = as_read(tmp_path / "theirs", originals, demo)
        requests.clear()
        ours = as_read(tmp_path / "ours", exported, demo, "--agent", "runs")

    assert {name: theirs[name]["description"] for name in theirs if name.startswith("one-")} == dict(
        zip(heads, DESCRIPTIONS.values(), strict=False)
    )
    assert ours == theirs
    (ran,) = [body for body in requests if body.get("tools")]
    assert any("Body, of which\n---\nis a part." in block["text"] for block in ran["system"])
    assert {"Read", "Write"} <= {tool["name"] for tool in ran["tools"]}
    assert not {"Bash", "Edit", "WebFetch"} & {tool["name"] for tool in ran["tools"]}
    assert "haiku" in ran["model"]
