"""The same as `public_notebooks.py` with each notebook open in a real JupyterLab.

`python tests/bench/public_notebooks_open.py FOLDER` opens a copy of each in Chromium (with this machine's Python
kernel, whatever kernel it names), lets JupyterLab save it as it is, edits every third cell in the open document, call
by call, undoes all of it there, saves again, and compares the two files byte by byte. The document must be valid after
each call, and the cells on the screen must be those that the server was told of.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# The checkout's package, and the tests' stages.
sys.path[1:1] = [str(HERE.parents[1]), str(HERE.parent), str(HERE.parent / "e2e")]

from live_stage import Document, LiveLab  # noqa: E402
from panel import FLAGS  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from public_notebooks import calls, difference, kinds, valid  # noqa: E402

from jupyter_claude_workspace.notebook.document import Notebook  # noqa: E402
from jupyter_claude_workspace.notebook.planning import plan  # noqa: E402
from jupyter_claude_workspace.notebook.reversal import reverse  # noqa: E402
from jupyter_claude_workspace.notebook.steps import Step, step_of  # noqa: E402
from jupyter_claude_workspace.notebook.transition import transition  # noqa: E402
from jupyter_claude_workspace.notebook.verdicts import to_edits  # noqa: E402
from jupyter_claude_workspace.protocol.live import CellEdit  # noqa: E402
from jupyter_claude_workspace.protocol.notebook import ChangeVerdict  # noqa: E402

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def done(lab: LiveLab, path: str, edits: list[CellEdit]) -> Notebook:
    """The open document after these."""
    answer = lab.edit(path, *(edit.model_dump(mode="json") for edit in edits))
    if "notebook" not in answer:
        raise RuntimeError(f"{path}: {answer}")
    found: Notebook = answer["notebook"]
    return found


def edited(lab: LiveLab, path: str, notebook: Notebook) -> tuple[Notebook, list[Step]]:
    """The open document after all the calls, and what each did."""
    steps: list[Step] = []
    for call in calls(notebook):
        seen = {cell["id"]: cell["source"] for cell in notebook["cells"]}
        changes = plan(notebook, [call], seen)
        edits = to_edits(changes, [ChangeVerdict(change=place, accept=True) for place in range(len(changes))])
        after = done(lab, path, edits)
        valid(after)
        steps.append(step_of(notebook, after, edits))
        notebook = after
    return notebook, steps


def saved(lab: LiveLab, document: Document) -> bytes:
    """The file, as JupyterLab writes the open document."""
    lab.door("save", document.path)
    document.wait_saved()
    return (lab.root / document.path).read_bytes()


def tried(lab: LiveLab, document: Document) -> tuple[str, bool]:
    """What is to be said of an open notebook, and whether it came out as it went in."""
    path = document.path
    before: Notebook = lab.door("read", path)["notebook"]
    plain = saved(lab, document)
    after, steps = edited(lab, path, before)
    drawn = [cell["id"] for cell in after["cells"]] == document.ids()
    reversal = reverse(after, steps)
    back = done(lab, path, transition(after, reversal.notebook))
    valid(back)
    end = saved(lab, document)
    same = end == plain and drawn and not reversal.left
    found = ", ".join(f"{count} {kind}" for kind, count in kinds(before).items() if count)
    says = (
        f"{path}: {len(before['cells'])} cells ({found or 'text'}), {len(steps)} edits: {'same' if same else 'OTHER'}"
    )
    return says if same else f"{says}\n{difference(plain, end)}", same


def prepared(folder: Path, lab: LiveLab) -> list[str]:
    """Copies that run on this machine's kernel."""
    paths = sorted(folder.glob("*.ipynb"))
    for path in paths:
        raw: dict[str, Any] = json.loads(path.read_text())
        raw["metadata"]["kernelspec"] = KERNEL
        (lab.root / path.name).write_text(json.dumps(raw))
    return [path.name for path in paths]


def main() -> None:
    """Try each, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python tests/bench/public_notebooks_open.py", description=__doc__)
    parser.add_argument("folder", type=Path, help="with notebooks in it")
    given = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    same = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, sync_playwright() as playwright:
        lab = LiveLab(Path(home))
        names = prepared(given.folder, lab)
        lab.write("begin.ipynb", {"id": "one", "source": "1"})
        lab.start()
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page()
        Document.open(page, lab, "begin.ipynb")
        for name in names:
            document = Document.add(page, lab, name)
            says, unchanged = tried(lab, document)
            same += unchanged
            print(says, flush=True)
            document.close()
        browser.close()
        lab.stop()
    print(f"{same}/{len(names)} came out as they went in")


if __name__ == "__main__":
    main()
