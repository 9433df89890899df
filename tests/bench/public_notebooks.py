"""Every third cell of each notebook in a folder is edited and that undone: does the file come out as it went in?

`python tests/bench/public_notebooks.py FOLDER` takes each `*.ipynb` in it (any nbformat 4.x; nothing in FOLDER is
written), copies it, and lets Jupyter's own contents manager read and write the copy. Every third cell is edited, in
turn by a piece of its source, a new source, another type, an insertion behind it, a move to the front and a deletion,
call by call as Claude's calls are planned; after each the notebook must be valid. Then all is undone as a turn is.
It prints a line for each notebook, and for each that comes out otherwise the first place that differs.

"As nbformat writes it" compares with the same file read and written once by Jupyter, with the ids that nbformat 4.5
asks for; "as it was" with the file itself, but for ids and the version's number in files that are older than 4.5.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(1, str(Path(__file__).parents[2]))

import nbformat
from jupyter_server.services.contents.largefilemanager import LargeFileManager

from jupyter_claude_workspace.notebook.changes import apply_edits
from jupyter_claude_workspace.notebook.document import Notebook, normal
from jupyter_claude_workspace.notebook.planning import plan
from jupyter_claude_workspace.notebook.reversal import reverse
from jupyter_claude_workspace.notebook.steps import Step, step_of
from jupyter_claude_workspace.notebook.transition import transition
from jupyter_claude_workspace.notebook.verdicts import to_edits
from jupyter_claude_workspace.protocol.notebook import ChangeVerdict


@dataclass
class Outcome:
    """One notebook's way there and back."""

    name: str
    minor: int
    cells: int
    kinds: Counter[str]
    edits: int
    as_written: bool
    as_it_was: bool
    seconds: float
    difference: str = ""


def calls(notebook: Notebook) -> list[dict[str, Any]]:
    """An edit for every third cell, of another kind each time."""
    made: list[dict[str, Any]] = []
    for place, cell in enumerate(notebook["cells"][::3]):
        name, source = cell["id"], cell["source"]
        longest = max(source.split("\n"), key=len)
        once = {"action": "edit", "cell": name, "old": longest, "new": f"{longest}  # edited\nmore = 1"}
        whole = {"action": "replace", "cell": name, "source": f"{source}\n# by Claude"}
        other = "markdown" if cell["cell_type"] == "code" else "code"
        made.append(
            [
                once if longest and source.count(longest) == 1 else whole,
                whole,
                {"action": "replace", "cell": name, "source": source, "cell_type": other},
                {"action": "insert", "after": name, "source": "import this"},
                {"action": "move", "cell": name, "after": "start"},
                {"action": "delete", "cell": name},
            ][place % 6]
        )
    return made


def valid(notebook: Notebook) -> None:
    """Raises where it is not."""
    nbformat.validate(nbformat.from_dict(json.loads(json.dumps(notebook))))


def kinds(notebook: Notebook) -> Counter[str]:
    """What is in it that is easily lost."""
    found: Counter[str] = Counter()
    for cell in notebook["cells"]:
        found["attachments"] += bool(cell.get("attachments"))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            found["tracebacks"] += output["output_type"] == "error"
            found["pictures"] += any(mime.startswith("image/") for mime in data)
            found["widgets"] += "application/vnd.jupyter.widget-view+json" in data
    return found


def edited(notebook: Notebook) -> tuple[Notebook, list[Step]]:
    """The notebook after all the calls, and what each did."""
    steps: list[Step] = []
    for call in calls(notebook):
        seen = {cell["id"]: cell["source"] for cell in notebook["cells"]}
        changes = plan(notebook, [call], seen)
        edits = to_edits(changes, [ChangeVerdict(change=place, accept=True) for place in range(len(changes))])
        after = apply_edits(notebook, edits)
        valid(after)
        steps.append(step_of(notebook, after, edits))
        notebook = after
    return notebook, steps


def tried(manager: LargeFileManager, folder: Path, path: Path) -> Outcome:
    """There and back, by way of the disk."""
    copy = folder / path.name
    began = perf_counter()
    shutil.copyfile(path, copy)
    before = normal(_read(manager, path.name))
    plain = _written(manager, copy, before)
    after, steps = edited(before)
    _written(manager, copy, after)
    now = normal(_read(manager, path.name))
    reversal = reverse(now, steps)
    back = apply_edits(now, transition(now, reversal.notebook))
    valid(back)
    end = _written(manager, copy, back)
    seconds = perf_counter() - began
    raw = json.loads(path.read_bytes())
    same = end == plain
    copy.unlink()
    return Outcome(
        name=path.name,
        minor=int(raw["nbformat_minor"]),
        cells=len(before["cells"]),
        kinds=kinds(before),
        edits=len(steps),
        as_written=same and not reversal.left,
        as_it_was=_older(json.loads(end), raw) == raw,
        seconds=seconds,
        difference="" if same else difference(plain, end),
    )


def _read(manager: LargeFileManager, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(manager.get(name, type="notebook")["content"]))
    return content


def _written(manager: LargeFileManager, file: Path, notebook: Notebook) -> bytes:
    manager.save({"type": "notebook", "content": notebook}, file.name)
    return file.read_bytes()


def _older(made: Notebook, raw: dict[str, Any]) -> Notebook:
    """A notebook that we wrote, without what nbformat 4.5 asked for, where the file was older."""
    if raw["nbformat_minor"] < made["nbformat_minor"]:
        made["nbformat_minor"] = raw["nbformat_minor"]
        for cell, was in zip(made["cells"], raw["cells"], strict=True):
            if "id" not in was:
                del cell["id"]
    return made


def difference(plain: bytes, end: bytes) -> str:
    lines = ndiff(plain.decode().splitlines(), end.decode().splitlines())
    return "\n".join([line[:200] for line in lines if line[0] in "+-?"][:8])


def main() -> None:
    """Try each, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python tests/bench/public_notebooks.py", description=__doc__)
    parser.add_argument("folder", type=Path, help="with notebooks in it")
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        manager = LargeFileManager(root_dir=folder)
        for path in sorted(given.folder.glob("*.ipynb")):
            outcome = tried(manager, Path(folder), path)
            outcomes.append(outcome)
            found = ", ".join(f"{count} {kind}" for kind, count in outcome.kinds.items() if count)
            marks = f"as nbformat writes it: {_yes(outcome.as_written)}, as it was: {_yes(outcome.as_it_was)}"
            what = f"{outcome.cells} cells ({found or 'text'}), {outcome.edits} edits"
            print(f"{outcome.name} (4.{outcome.minor}): {what}: {marks}; {outcome.seconds:.1f} s")
            if outcome.difference:
                print(outcome.difference)
    total = len(outcomes)
    print(
        f"{total} notebooks, {sum(outcome.cells for outcome in outcomes)} cells, "
        f"{sum(outcome.edits for outcome in outcomes)} edits; as nbformat writes them: "
        f"{sum(outcome.as_written for outcome in outcomes)}/{total}; as they were: "
        f"{sum(outcome.as_it_was for outcome in outcomes)}/{total}"
    )


def _yes(value: bool) -> str:
    return "yes" if value else "NO"


if __name__ == "__main__":
    main()
