"""How long an answer given in a cell takes to settle the question beside it, and the other way: see README.md."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

# The checkout's package, and the tests' stages.
sys.path[1:1] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "e2e")]

from figures import quantile  # noqa: E402
from lab_stage import ARMING  # noqa: E402
from live_stage import Document, live_lab  # noqa: E402
from notebook_stage import edit, scripted  # noqa: E402
from panel import FLAGS  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from test_sidebar import Beside, begin  # noqa: E402

ANSWERS = 30  # each way
SCRIPTS = {"one": [edit({"action": "insert", "source": "x = 1", "after": "start"})]}
ACCEPT = {"cell": "[data-jcw=mark] [data-jcw=accept-change]", "panel": "[data-jcw=seat] [data-jcw=allow]"}
SHOWN = {"cell": "[data-jcw=mark]", "panel": "[data-jcw=seat] [data-jcw=question]"}
#: Presses a button, and waits until something else is gone: the milliseconds in between.
PRESS = """([accept, gone]) => new Promise(done => {
    const look = () => {
        if (document.querySelector(gone) !== null) return;
        observer.disconnect();
        done(performance.now() - pressed);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, {childList: true, subtree: true});
    const pressed = performance.now();
    document.querySelector(accept).click();
})"""


def measure(page: Page, beside: Beside) -> dict[str, list[float]]:
    """Answer in turn in the cell and in the panel; milliseconds until the other shows the question no more."""
    found: dict[str, list[float]] = {"cell": [], "panel": []}
    for number in range(2 * ANSWERS):
        answering, other = ("cell", "panel") if number % 2 else ("panel", "cell")
        beside.send("demo: one")
        for shown in SHOWN.values():
            page.locator(shown).first.wait_for()
        page.wait_for_timeout(ARMING)
        found[answering].append(page.evaluate(PRESS, [ACCEPT[answering], SHOWN[other]]))
        beside.wait("ready")
    return found


def main() -> None:
    """Measure, and print one JSON object."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, scripted(Path(home) / "s", SCRIPTS) as model:
        environment = {"PYTHONPATH": str(Path(__file__).parents[1] / "e2e"), **model.environment()}
        with (
            live_lab(Path(home) / "lab", environment=environment, demo="off", prompts_per_minute=0) as lab,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            lab.write("bench.ipynb", {"id": "one", "source": "1"})
            Document.open(page, lab, "bench.ipynb")
            found = measure(page, begin(page))
            browser.close()
    print(json.dumps({"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), **{
        f"answered in the {name}": {
            "n": len(times),
            "median_ms": round(quantile(times, 0.5)),
            "p95_ms": round(quantile(times, 0.95)),
            "most_ms": round(max(times)),
        }
        for name, times in found.items()
    }}, indent=1))  # fmt: skip


main()
