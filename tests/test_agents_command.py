"""`jupyter claude agents`: the agents of a folder, from a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_claude_workspace.cli import main

AGENT = {"name": "reviewer", "description": "Reviews notebooks.", "prompt": "You review.\nWell.", "tools": ["Read"]}
MARKDOWN = "---\nname: Data Helper\ndescription: Helps: with data\ntools: Read, Grep\nskills: [pandas]\n---\n\nHelp.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an agent, which is the current one."""
    made = tmp_path / "notebooks"
    made.mkdir()
    (made / "reviewer.agent.json").write_text(json.dumps(AGENT))
    monkeypatch.chdir(made)
    return made


def test_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each agent on a line; one that cannot be read with what is wrong; as JSON, whole."""
    (folder / "broken.agent.json").write_text('{"name": "broken"}')

    assert main(["agents", "list"]) == 0
    broken, reviewer = capsys.readouterr().out.splitlines()
    assert broken.startswith('broken    ! broken.agent.json: "description" is missing.')
    assert reviewer == "reviewer  Reviews notebooks."

    assert main(["agents", "list", "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["agent"], first["problem"]["code"]) == (None, "agent_invalid")
    assert second["agent"]["prompt"] == AGENT["prompt"]
    assert second["path"] == str(folder / "reviewer.agent.json")


def test_list_of_another_folder(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--dir` names it; one without agents is said to have none, one that is not there is an error."""
    assert main(["agents", "list", "--dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"No agents in {tmp_path}.\n"

    assert main(["agents", "list", "--dir", "nowhere"]) == 1
    assert "There is no folder nowhere." in capsys.readouterr().err


def test_show(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it says, for people and as JSON; an unknown name is an error that says how to find others."""
    assert main(["agents", "show", "reviewer"]) == 0
    shown = capsys.readouterr().out
    assert shown == "name: reviewer\ndescription: Reviews notebooks.\ntools: Read\n\nYou review.\nWell.\n"

    assert main(["agents", "show", "reviewer", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tools"] == ["Read"]

    assert main(["agents", "show", "../reviewer"]) == 1
    error = capsys.readouterr().err
    assert "no agent named ../reviewer" in error
    assert "agents list" in error


def test_nothing_of_an_agent_steers_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences and hidden characters of somebody's file are spelt out."""
    hostile = "\x1b[2J\x9b31m\u202egnol\u200b"
    (folder / "odd.agent.json").write_text(
        json.dumps({**AGENT, "name": "odd", "description": hostile, "prompt": hostile})
    )
    (folder / "worse.agent.json").write_text(json.dumps({**AGENT, "name": "worse", hostile: 1}))
    (folder / f"{hostile}.agent.json").write_text(hostile)

    for command in (["list"], ["list", "--json"], ["show", "odd"], ["show", "odd", "--json"], ["validate"]):
        main(["agents", *command])
        told = capsys.readouterr()
        assert all(each.isprintable() or each == "\n" for each in told.out + told.err), command


def test_validate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit status says whether all are well; of each that is not, the file, the key and the remedy are named."""
    assert main(["agents", "validate"]) == 0
    assert capsys.readouterr().out == "1 of 1 are well.\n"
    before = json.dumps({**AGENT, "hooks": {}})
    (folder / "hooked.agent.json").write_text(before)
    (folder / "other.agent.json").write_text(json.dumps(AGENT))

    assert main(["agents", "validate", "reviewer.agent.json", "hooked.agent.json", "other.agent.json", "none"]) == 1

    told = capsys.readouterr()
    hooked, other, none = told.err.splitlines()
    assert told.out == "1 of 4 are well.\n"
    assert hooked.startswith('hooked.agent.json: "hooks" is no key of an agent.')
    assert hooked.endswith('Remove "hooks".')
    assert 'Set "name" to "other"' in other
    assert none == "none cannot be read: No such file or directory. Look at its rights."
    assert (folder / "hooked.agent.json").read_text() == before


def test_import(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of Claude Code becomes one of ours; what is not as it was is said; nothing is replaced without --force."""
    source = tmp_path / "helper.md"
    source.write_text(MARKDOWN)

    assert main(["agents", "import", str(source)]) == 0
    saved, renamed, skills = capsys.readouterr().out.splitlines()
    assert saved == "data-helper.agent.json"
    assert "`Data Helper` is called `data-helper` here" in renamed
    assert "`skills` was left out" in skills
    made = folder / "data-helper.agent.json"
    before = made.read_bytes()
    assert json.loads(before)["description"] == "Helps: with data"

    source.write_text(MARKDOWN.replace("Help.", "Help more."))
    assert main(["agents", "import", str(tmp_path / "none.md"), str(source)]) == 1
    gone, there = capsys.readouterr().err.splitlines()
    assert gone.startswith("none.md cannot be read: No such file")
    assert there == "helper.md was not imported: data-helper.agent.json is there. Replace it with --force."
    assert made.read_bytes() == before

    assert main(["agents", "import", "--force", str(source)]) == 0
    assert json.loads(made.read_bytes())["prompt"] == "Help more."


def test_export(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is printed, or written to a file that was not there; what is lost is said beside it."""
    (folder / "reviewer.agent.json").write_text(json.dumps({**AGENT, "starters": ["What is odd?"]}))
    text = '---\nname: reviewer\ndescription: "Reviews notebooks."\ntools: Read\n---\n\nYou review.\nWell.\n'

    assert main(["agents", "export", "reviewer"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == (text, "The first questions were left out: an agent of Claude Code has none.\n")

    output = tmp_path / "out.md"
    assert main(["agents", "export", "reviewer", "-o", str(output)]) == 0
    assert output.read_text() == text
    output.write_text("mine")
    assert main(["agents", "export", "reviewer", "-o", str(output)]) == 1
    assert output.read_text() == "mine"
    assert main(["agents", "export", "reviewer", "-o", str(output), "--force"]) == 0
    assert output.read_text() == text
    assert main(["agents", "export", "reviewer", "-o", str(tmp_path / "no" / "out.md")]) == 1


def test_as_a_command(folder: Path) -> None:
    """As a person types it: the schema on the standard output, 2 for what is no command, 1 for what is not there."""

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "jupyter", "claude", "agents", *arguments]
        return subprocess.run(command, capture_output=True, check=False)

    schema = run("schema")
    assert json.loads(schema.stdout)["required"] == ["name", "description", "prompt"]
    assert run("shave").returncode == 2
    assert (run("show", "nobody").returncode, run("validate").returncode) == (1, 0)
