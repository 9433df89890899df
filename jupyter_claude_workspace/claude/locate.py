"""The CLI: where it is, whether it will do, and how it gets here when a person asks for that."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from ..config import ClaudeWorkspace
from ..errors import ClaudeMissing
from .environment import FIXED, system_environment

FLOOR = (2, 1, 238)  # the first version that does all that this package asks of it
PACKAGE = "@anthropic-ai/claude-code"
PROGRAM = "claude.exe" if sys.platform == "win32" else "claude"
CHECK_SECONDS = 20.0
INSTALL_SECONDS = 900.0
FOLDER = "cli"  # below the data folder: one folder for each installed version
REMEDY = (
    "Install the claude-agent-sdk wheel for this platform, put `claude` on PATH, set ClaudeWorkspace.cli_path, "
    "or set ClaudeWorkspace.install_cli = True (needs npm)."
)


def find(config: ClaudeWorkspace, data_dir: Path) -> Path:
    """The CLI to use: the configured one, else the one in the SDK's wheel, else one on PATH, else an installed one.

    Raises:
        ClaudeMissing: there is none, or the configured one is no program.
    """
    if config.cli_path:
        path = Path(config.cli_path).expanduser()
        if not _runs(path):
            raise ClaudeMissing(f"ClaudeWorkspace.cli_path names {path}, which is no program.", remedy="Correct it.")
        return path.absolute()
    found = _bundled() or _on_path() or _installed(data_dir / FOLDER, config.install_version)
    if found is None:
        raise ClaudeMissing("No Claude Code CLI was found.", remedy=REMEDY)
    return found


async def check(cli: Path) -> str:
    """Ask `cli` for its version. Returns it, e.g. `2.1.330`.

    Raises:
        ClaudeMissing: it does not run, does not answer within 20 s, or is too old.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            cli, "--version", env={**system_environment(os.environ), **FIXED},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
    except OSError as error:
        raise ClaudeMissing(f"{cli} cannot be run: {error.strerror or error}.", remedy=REMEDY) from error
    try:
        said, _ = await asyncio.wait_for(process.communicate(), CHECK_SECONDS)
    except asyncio.TimeoutError:
        raise ClaudeMissing(f"{cli} did not tell its version within {CHECK_SECONDS:.0f} s.", remedy=REMEDY) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _require(cli, said.decode(errors="replace"))


def install(folder: Path, version: str) -> Path:
    """Install exactly `version` with npm into `folder`, and nothing anywhere else. Returns the CLI. Blocks for minutes.

    No script of any package runs. For the version whose checksums come with this package, a download that differs is
    refused. What is installed already stays as it is until the new one has shown that it runs; two installing at once
    each keep to a folder of their own, and the first to finish wins.

    Raises:
        ClaudeMissing: no npm, no such version, no network, no space, a wrong checksum, or it does not run here.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise ClaudeMissing("Claude Code cannot be installed: npm was not found.", remedy="Install Node.js with npm.")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ClaudeMissing(f"Claude Code cannot be installed: {version!r} is no exact version.", remedy="Name one.")
    staging = folder / f".{version}-{secrets.token_hex(6)}"
    try:
        staging.mkdir(parents=True, mode=0o700)
        _npm(npm, staging, version)
        cli = _program(staging)
        if cli is None:
            raise ClaudeMissing(f"{PACKAGE} {version} has no CLI for this platform.", remedy=REMEDY)
        told = _ask(cli)
        if told != version:
            raise ClaudeMissing(f"What npm installed as {version} says that it is {told}.", remedy="Do not use it.")
        _keep(staging, folder / version)
    except OSError as error:
        raise ClaudeMissing(f"Claude Code cannot be installed in {folder}: {error}", remedy=REMEDY) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    found = _installed(folder, version)
    if found is None:
        raise ClaudeMissing(f"Claude Code {version} was removed again from {folder}.", remedy="Install it once more.")
    return found


def _bundled() -> Path | None:
    # find_spec imports nothing of a top-level package, whose import takes most of a second.
    spec = importlib.util.find_spec("claude_agent_sdk")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "_bundled" / PROGRAM
    return path if _runs(path) else None


def _on_path() -> Path | None:
    # A relative entry would let a folder that somebody cloned say what `claude` is.
    entries = [entry for entry in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(entry)]  # noqa: PTH117
    found = shutil.which("claude", path=os.pathsep.join(entries))
    return Path(found) if found else None


def _installed(folder: Path, preferred: str) -> Path | None:
    """The preferred version, else the newest that is there."""
    versions = [path for path in folder.glob("*") if re.fullmatch(r"\d+\.\d+\.\d+", path.name)]
    versions.sort(key=lambda path: (path.name == preferred, *map(int, path.name.split("."))), reverse=True)
    return next(filter(None, map(_program, versions)), None)


def _program(folder: Path) -> Path | None:
    """The program itself: the package that npm chose for this platform holds it, whole."""
    found = sorted(folder.glob(f"node_modules/{PACKAGE}-*/{PROGRAM}"))
    return next(filter(_runs, found), None)


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _npm(npm: str, folder: Path, version: str) -> None:
    lock = json.loads(files(__package__).joinpath("npm-lock.json").read_text(encoding="utf-8"))
    known = lock["packages"][f"node_modules/{PACKAGE}"]["version"] == version
    manifest = {"name": lock["name"], "private": True, "dependencies": {PACKAGE: version}}
    (folder / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    if known:
        (folder / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    command = [
        npm, "ci" if known else "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier",
        "--global=false", "--engine-strict=false", "--loglevel=error",
    ]  # fmt: skip
    env = system_environment(os.environ, "npm_config_*", "NPM_CONFIG_*")
    try:
        subprocess.run(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            timeout=INSTALL_SECONDS, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ClaudeMissing(f"npm did not finish within {INSTALL_SECONDS / 60:.0f} minutes.", remedy=REMEDY) from None
    except subprocess.CalledProcessError as error:
        said = " ".join((error.stderr or error.stdout or "").split())[:500]
        raise ClaudeMissing(f"npm could not install Claude Code {version}: {said}", remedy=REMEDY) from error


def _ask(cli: Path) -> str:
    env = {**system_environment(os.environ), **FIXED}
    try:
        said = subprocess.run([cli, "--version"], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=CHECK_SECONDS, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ClaudeMissing(f"{cli} did not tell its version within {CHECK_SECONDS:.0f} s.", remedy=REMEDY) from None
    return _require(cli, said.stdout)


def _require(cli: Path, said: str) -> str:
    match = re.match(r"(\d+)\.(\d+)\.(\d+)\b", said)
    if match is None:
        raise ClaudeMissing(f"{cli} is not the Claude Code CLI: it said {said[:100]!r}.", remedy=REMEDY)
    if tuple(map(int, match.groups())) < FLOOR:
        floor = ".".join(map(str, FLOOR))
        raise ClaudeMissing(f"{cli} is Claude Code {match[0]}; {floor} or later is needed.", remedy="Update it.")
    return match[0]


def _keep(staging: Path, target: Path) -> None:
    try:
        staging.rename(target)
    except OSError:
        if _program(target) is None:  # else another finished first
            shutil.rmtree(target, ignore_errors=True)
            staging.rename(target)
