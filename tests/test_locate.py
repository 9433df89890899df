"""Finding, checking and installing the CLI."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from npm_registry import Registry, registry

from jupyter_claude_workspace.claude import locate
from jupyter_claude_workspace.config import ClaudeWorkspace
from jupyter_claude_workspace.errors import ClaudeMissing


def program(path: Path, script: str = "echo '2.1.330 (Claude Code)'") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def installed(data_dir: Path, version: str) -> Path:
    return program(data_dir / "cli" / version / "node_modules" / f"{locate.PACKAGE}-here" / "claude")


@pytest.fixture
def nothing_bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a platform for which the SDK has no wheel with a CLI."""
    monkeypatch.setattr(locate, "_bundled", lambda: None)


# ── where it is ──


def test_the_bundled_cli_is_found_without_importing_the_sdk(tmp_path: Path) -> None:
    """Without settings, the CLI in the SDK's wheel is used, and looking for it imports nothing of the SDK."""
    script = (
        "import sys; from pathlib import Path; from jupyter_claude_workspace.claude import locate; "
        "from jupyter_claude_workspace.config import ClaudeWorkspace; "
        "print(locate.find(ClaudeWorkspace(), Path(sys.argv[1])), 'claude_agent_sdk' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)

    found, imported = done.stdout.rsplit(maxsplit=1)
    assert found.endswith("claude_agent_sdk/_bundled/claude")
    assert imported == "False"


def test_a_configured_cli_comes_first(tmp_path: Path) -> None:
    """The path in the settings is used even where another CLI is there."""
    mine = program(tmp_path / "mine")

    assert locate.find(ClaudeWorkspace(cli_path=str(mine)), tmp_path) == mine


@pytest.mark.parametrize("there", [True, False])
def test_a_configured_cli_that_is_none_is_an_error(there: bool, tmp_path: Path) -> None:
    """A wrong path in the settings is told, not passed over."""
    if there:
        (tmp_path / "mine").write_text("not a program")

    with pytest.raises(ClaudeMissing, match="cli_path"):
        locate.find(ClaudeWorkspace(cli_path=str(tmp_path / "mine")), tmp_path)


@pytest.mark.usefixtures("nothing_bundled")
def test_the_order_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then one on PATH, then the installed version that the settings name, then the newest installed one."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    config = ClaudeWorkspace(install_version="2.1.300")

    with pytest.raises(ClaudeMissing, match="No Claude Code CLI") as missing:
        locate.find(config, tmp_path)
    assert "cli_path" in missing.value.remedy
    installed(tmp_path, "2.1.99")
    newest = installed(tmp_path, "2.1.301")
    assert locate.find(config, tmp_path) == newest
    named = installed(tmp_path, "2.1.300")
    assert locate.find(config, tmp_path) == named
    on_path = program(tmp_path / "bin/claude")
    assert locate.find(config, tmp_path) == on_path


@pytest.mark.usefixtures("nothing_bundled")
def test_a_folder_cannot_bring_its_own_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative entry of PATH, which means whatever folder one is in, is not looked at."""
    program(tmp_path / "claude")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".:")

    with pytest.raises(ClaudeMissing):
        locate.find(ClaudeWorkspace(), tmp_path / "data")


# ── whether it will do ──


def test_the_real_cli_is_good_enough(tmp_path: Path) -> None:
    """The bundled CLI tells its version, which is one that this package works with."""
    version = asyncio.run(locate.check(locate.find(ClaudeWorkspace(), tmp_path)))

    assert tuple(map(int, version.split("."))) >= locate.FLOOR


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo '2.1.237 (Claude Code)'", "2.1.238 or later"),
        ("echo '1.9.999 (Claude Code)'", "2.1.238 or later"),
        ("echo hello", "not the Claude Code CLI"),
        ("exit 1", "not the Claude Code CLI"),
        ("exec sleep 60", "did not tell its version"),
    ],
)
def test_what_will_not_do(script: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CLI that is too old, silent or something else is told by what is wrong with it."""
    monkeypatch.setattr(locate, "CHECK_SECONDS", 0.5 if "sleep" in script else 20.0)

    with pytest.raises(ClaudeMissing, match=told):
        asyncio.run(locate.check(program(tmp_path / "claude", script)))


def test_a_cli_that_cannot_be_run(tmp_path: Path) -> None:
    """So is one that the system refuses to run."""
    with pytest.raises(ClaudeMissing, match="cannot be run"):
        asyncio.run(locate.check(tmp_path / "claude"))


def test_a_check_shows_the_cli_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for a version hands over no key and no token."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "canary")
    cli = program(tmp_path / "claude", f"env >'{tmp_path}/seen'; echo 2.1.330")

    assert asyncio.run(locate.check(cli)) == "2.1.330"
    assert "canary" not in (tmp_path / "seen").read_text()


# ── installing it ──


def test_the_checksums_are_those_of_the_version_to_install() -> None:
    """The version that is installed by default is the one whose checksums come with the package, for every platform."""
    lock = json.loads((Path(locate.__file__).parent / "npm-lock.json").read_text())
    packages = {name: about for name, about in lock["packages"].items() if name}

    assert {about["version"] for about in packages.values()} == {ClaudeWorkspace().install_version}
    assert all(about["integrity"].startswith("sha512-") for about in packages.values())
    assert len(packages) == 9
    assert not any("resolved" in about for about in packages.values())


def test_without_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no npm, that is what the error says."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ClaudeMissing, match="npm was not found"):
        locate.install(tmp_path / "cli", "2.1.330")
    assert list(tmp_path.glob("cli*")) == []


@pytest.mark.parametrize("version", ["latest", "^2.1.0", "2.1", "../2.1.330", ""])
def test_only_an_exact_version_is_installed(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A range or a tag could mean another program tomorrow."""
    monkeypatch.setenv("PATH", str(program(tmp_path / "bin/npm").parent))

    with pytest.raises(ClaudeMissing, match="no exact version"):
        locate.install(tmp_path / "cli", version)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo 'npm error code ENOTFOUND' >&2; exit 1", "ENOTFOUND"),
        ("exit 0", "no CLI for this platform"),
        ("exec sleep 60", "did not finish"),
    ],
)
def test_what_npm_cannot_do(script: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of npm is told in its words, and what was installed before is still there."""
    monkeypatch.setattr(locate, "INSTALL_SECONDS", 0.5 if "sleep" in script else 60.0)
    monkeypatch.setenv("PATH", f"{program(tmp_path / 'bin/npm', script).parent}:/usr/bin:/bin")
    before = installed(tmp_path, "2.1.300")

    with pytest.raises(ClaudeMissing, match=told):
        locate.install(tmp_path / "cli", "9.9.9")
    assert [path.name for path in (tmp_path / "cli").iterdir()] == ["2.1.300"]
    assert before.exists()


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """npm, whose only registry is one on loopback."""
    with registry() as made:
        monkeypatch.setenv("npm_config_registry", made.url + "/")
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
        monkeypatch.setenv("npm_config_fetch_retry_mintimeout", "1")
        monkeypatch.setenv("npm_config_fetch_retry_maxtimeout", "10")
        yield made


@pytest.mark.large
def test_an_install_runs_no_script(npm: Registry, tmp_path: Path) -> None:
    """The exact version is installed into the given folder, and the package's install script is not run."""
    npm.publish("9.9.9", script=f"touch {tmp_path / 'canary'}")

    cli = locate.install(tmp_path / "cli", "9.9.9")

    assert asyncio.run(locate.check(cli)) == "9.9.9"
    assert [path.name for path in (tmp_path / "cli").iterdir()] == ["9.9.9"]
    assert not (tmp_path / "canary").exists()
    assert len(npm.asked) >= 4


@pytest.mark.large
def test_two_installs_at_once(npm: Registry, tmp_path: Path) -> None:
    """Both end with the same working CLI."""
    npm.publish("9.9.9")

    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda _: locate.install(tmp_path / "cli", "9.9.9"), range(2))

    assert first == second
    assert asyncio.run(locate.check(first)) == "9.9.9"
    assert [path.name for path in (tmp_path / "cli").iterdir()] == ["9.9.9"]


@pytest.mark.large
@pytest.mark.parametrize("fault", ["tampered", "other bytes for the known version", "lies about its version"])
def test_what_is_not_the_real_one_is_refused(fault: str, npm: Registry, tmp_path: Path) -> None:
    """Wrong bytes, or a CLI that says it is another, are not kept."""
    version = ClaudeWorkspace().install_version if "known" in fault else "9.9.9"
    npm.publish(version, tampered=fault == "tampered", says="9.9.8" if "lies" in fault else "")

    with pytest.raises(ClaudeMissing, match="says that it is 9.9.8" if "lies" in fault else "EINTEGRITY"):
        locate.install(tmp_path / "cli", version)
    assert list((tmp_path / "cli").iterdir()) == []
