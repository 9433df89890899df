"""From the call's arrival at a tool to the changed cell on screen; and `1+1` through run_cells: see README.md."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# The checkout's package, and the tests' stages.
sys.path[1:1] = [str(HERE.parents[1]), str(HERE.parent), str(HERE.parent / "e2e")]

from figures import Table, quantile, ratio, spread  # noqa: E402
from lab_stage import TOKEN  # noqa: E402
from live_stage import Document, LiveLab  # noqa: E402
from panel import FLAGS  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

RUNS = 100
WARM = 5
SAVING = 300  # milliseconds until a changed notebook is being written
CODE = "1+1"
#: Notes when a text is drawn in a cell: the frame after the page has it, in milliseconds since 1970.
WATCH = """text => new Promise(done => {
    const root = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook');
    const look = () => {
        if (!root.textContent.includes(text)) return;
        observer.disconnect();
        const changed = performance.timeOrigin + performance.now();
        requestAnimationFrame(() => setTimeout(() => {
            window.benchSeen = {changed, drawn: performance.timeOrigin + performance.now()};
        }));
    };
    const observer = new MutationObserver(look);
    observer.observe(root, {childList: true, subtree: true, characterData: true});
    window.benchSeen = null;
    done();
})"""


def ask(lab: LiveLab, **asked: Any) -> dict[str, float]:
    """Something of the door."""
    request = urllib.request.Request(
        f"{lab.url}bench-door", json.dumps(asked).encode(), {"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request) as answer:
        found: dict[str, float] = json.loads(answer.read())
        return found


def edits(lab: LiveLab, document: Document, cells: int) -> Table:
    """Replace the source of one cell, again and again."""
    answered, changed, drawn = [], [], []
    for number in range(RUNS + WARM):
        mark = f"mark_{number:04}_"
        document.page.evaluate(WATCH, mark)
        edit = {"action": "replace", "cell": "c2", "before": None, "source": f"x = 1\n{mark} = {number}\nprint(x)"}
        times = ask(lab, do="edit", path=document.path, edits=[edit])
        seen = document.page.wait_for_function("window.benchSeen").json_value()
        if number >= WARM:
            answered.append(times["ended"] - times["began"])
            changed.append(seen["changed"] - times["began"])
            drawn.append(seen["drawn"] - times["began"])
    table = Table(
        f"An edit in an open notebook of {cells} cells (ms from the call's arrival at the tool), n {RUNS}.",
        "until", "median (min–max)", "95 %",
    )  # fmt: skip
    for name, times_ in (("the cell has it", changed), ("it is drawn", drawn), ("the tool has its answer", answered)):
        table.row(name, spread(times_, 1), f"{quantile(times_, 0.95):.1f}")
    return table


def runs(lab: LiveLab, document: Document) -> Table:
    """`1+1` in turn by a bare client of the same kernel and by run_cells in the open document."""
    lab.edit(document.path, {"action": "replace", "cell": "c3", "before": None, "source": CODE})
    kernel = document.kernel()
    found: dict[str, list[float]] = {"bare": [], "run": []}
    for number in range(RUNS + WARM):
        for way in ("bare", "run") if number % 2 else ("run", "bare"):
            times = ask(lab, do=way, path=document.path, cell="c3", code=CODE, kernel=kernel)
            document.page.wait_for_timeout(SAVING)  # saving is not measured
            document.wait_saved()
            if number >= WARM:
                found[way].append(times["ended"] - times["began"])
    table = Table(f"{CODE} (ms), n {RUNS}. Aim: within 1.5 of the bare client.", "way", "median (min–max)", "to bare")
    for way, name in (("bare", "a bare kernel client"), ("run", "run_cells in the open document")):
        table.row(name, spread(found[way], 1), ratio(found[way], found["bare"]))
    return table


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=50, help="of the notebook")
    cells = parser.parse_args().cells
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, sync_playwright() as playwright:
        lab = LiveLab(Path(home), environment={"PYTHONPATH": f"{HERE.parent / 'e2e'}:{HERE}"}, doors=("bench_door",))
        lab.write("bench.ipynb", *({"id": f"c{n}", "source": f"print({n})"} for n in range(cells)))
        lab.start()
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        document = Document.open(browser.new_page(), lab, "bench.ipynb")
        print(edits(lab, document, cells))
        print(runs(lab, document))
        browser.close()
        lab.stop()
    print(f"load {os.getloadavg()[0]:.1f}")


main()
