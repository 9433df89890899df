"""The browser and the server of the tests in this folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile_panel import HostilePanel
from lab_stage import PATIENCE, Lab
from playwright.sync_api import Browser, Page, expect, sync_playwright
from scripted import Scripted

import jupyter_claude_workspace

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

# Notebook 7.2 and 7.6 make errors of their own while they start, JupyterLab 4.6 when it lets go of a notebook that was
# changed a moment ago; all in files that hold nothing of ours.
NOT_OURS = ("/static/notebook/", "/static/lab/jlab_core.")
OURS = ("jupyter-claude-workspace", "jupyter_claude_workspace")


expect.set_options(timeout=PATIENCE / 2)  # a slow machine must not look like a bug


# Not for the whole run: as long as Playwright's loop is on this thread, no other test can have one.
@pytest.fixture(scope="module")
def launch() -> Iterator[Callable[..., Browser]]:
    """Starts browsers; a test is skipped where there is none, unless JCW_REQUIRE_BROWSER says that one must be."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("JCW_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and was not found: install Debian's package `chromium`.")
        pytest.skip("no Chromium on PATH")
    static = Path(jupyter_claude_workspace.__file__).parent / "static"
    assert (static / "widget.js").is_file(), "the panel is not built: `cd js && npm ci && npm run build`"
    with sync_playwright() as playwright:
        yield lambda *more: playwright.chromium.launch(executable_path=path, args=[*QUIET, *more])


@pytest.fixture(scope="module")
def chromium(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """The browser of a module's tests."""
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A server for the tests of a module."""
    made = Lab(tmp_path_factory.mktemp("lab")).start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def stage() -> Iterator[Scripted]:
    """A server that says what a test wants."""
    made = Scripted().start()
    yield made
    made.stop()


@pytest.fixture
def panel(chromium: Browser, stage: Scripted) -> Iterator[HostilePanel]:
    """A watched page of that server. It may run what it is given: its policy only reports."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    yield HostilePanel(context, stage)
    context.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A tab with nothing in it; the test fails where a script of the page did."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    errors: list[str] = []
    made.on("pageerror", lambda error: None if _not_ours(error.stack or "") else errors.append(str(error)))
    yield made
    context.close()
    assert errors == []


def _not_ours(stack: str) -> bool:
    return any(file in stack for file in NOT_OURS) and not any(name in stack for name in OURS)


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Not in this folder: Playwright keeps a loop of its own on this thread, which allows no other."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Not in this folder, for the same reason: its servers are processes of their own."""
