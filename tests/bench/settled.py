"""How long an answer takes from the click to the other faces of its session: see README.md."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

# The checkout's package, and the tests' stages.
sys.path[1:1] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "e2e")]

from faces import Faces, three_faces  # noqa: E402
from lab_stage import ARMING  # noqa: E402
from panel import FLAGS  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

ANSWERS = 30
#: Notes when a button of a question is pressed, and when the last question is gone: milliseconds since 1970.
CLOCKS = """(root) => {
    const panel = document.querySelector(root);
    const notes = {pressed: 0, settled: 0};
    const open = () => panel.querySelector('[data-jcw=question]') !== null;
    let before = open();
    const look = () => {
        const now = open();
        if (before && !now) notes.settled = performance.timeOrigin + performance.now();
        before = now;
    };
    new MutationObserver(look).observe(panel, {childList: true, subtree: true});
    panel.addEventListener('click', (event) => {
        if (!event.target.closest('[data-jcw=question] button')) return;
        notes.pressed = performance.timeOrigin + performance.now();
    }, true);
    (window.clocks ??= {})[root] = notes;
}"""


def measure(faces: Faces, count: int) -> dict[str, list[float]]:
    """Answer so many questions, each in another face; milliseconds until each other face has it settled, by face."""
    for face in faces.all:
        face.page.evaluate(CLOCKS, face.selector)
    found: dict[str, list[float]] = {face.name: [] for face in faces.all}
    for number in range(count):
        faces.next().send(f"tools timed {number}")
        for face in faces.all:
            face.part("question").wait_for()
        faces.plain_page.wait_for_timeout(ARMING)
        answering = faces.next()
        answering.answer("allow")
        faces.gone(answering)
        notes = {face: face.page.evaluate("root => window.clocks[root]", face.selector) for face in faces.all}
        for face in faces.all:
            if face is not answering:
                found[face.name].append(notes[face]["settled"] - notes[answering]["pressed"])
        faces.over()
    return found


def main() -> None:
    """Measure, and print a line for each face."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with three_faces(Path(home), browser) as faces:
            found = measure(faces, ANSWERS)
        browser.close()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; milliseconds from the click to the settled question")
    for name, times in found.items():
        print(f"{name}: n {len(times)}, median {statistics.median(times):.0f}, most {max(times):.0f}")


main()
