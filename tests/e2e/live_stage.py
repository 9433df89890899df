"""A notebook that is open in a real JupyterLab or Notebook 7, as a person sees it and as the page's own model has it.

`LiveLab` is a server with a door of its own (`live_door.py`), through which a test does what a session's tools do.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab_stage import PATIENCE, TOKEN, Lab, visit
from playwright.sync_api import Browser, ElementHandle, Locator, Page

HERE = Path(__file__).parent
# Where the page's application is to be found; the programs offer it to tests.
EXPOSED = {
    "jupyterlab": "--LabApp.expose_app_in_browser=True",
    "notebook": "--JupyterNotebookApp.expose_app_in_browser=True",
}

# The panel of a notebook, and a cell's widget in it.
FIND = """
const panelOf = path => {
  const shell = window.jupyterapp.shell;
  return [...shell.widgets('main')].find(each => each.context?.localPath === path && each.content?.model);
};
const cellOf = (path, id) => panelOf(path).content.widgets.find(each => each.model.sharedModel.getId() === id);
const linesOf = cell => [...cell.node.querySelectorAll('.jp-InputArea .cm-line')];
const textOf = cell => linesOf(cell).map(line => line.textContent).join('\\n');
"""


class LiveLab(Lab):
    """A server through which tests work on notebooks as Claude's tools do."""

    def __init__(
        self,
        home: Path,
        program: str = "jupyterlab",
        environment: dict[str, str] | None = None,
        doors: tuple[str, ...] = (),
        **settings: Any,
    ) -> None:
        super().__init__(
            home, program=program, environment={"PYTHONPATH": str(HERE), **(environment or {})}, **settings
        )
        self._settings += [
            f"--ServerApp.jpserver_extensions={dict.fromkeys(('live_door', *doors), True)}",
            "--ServerApp.contents_manager_class=live_door.Contents",
            EXPOSED[program],
        ]

    def door(self, deed: str, path: str, **given: Any) -> Any:
        """What came of it, or `{"code": …}` where it was refused."""
        body = json.dumps({"do": deed, "path": path, **given}).encode()
        request = urllib.request.Request(f"{self.url}live-door", body, {"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def edit(self, path: str, *edits: dict[str, Any]) -> Any:
        """One call's edits."""
        return self.door("edit", path, edits=list(edits))

    def run(self, path: str, *cells: str, seconds: float = 60) -> Any:
        """Run cells as they are now, and wait for the end or a question."""
        sources = {cell["id"]: cell["source"] for cell in self.door("read", path)["notebook"]["cells"]}
        begun = self.door("run", path, cells=[{"cell": cell, "source": sources[cell]} for cell in cells])
        return self.door("report", path, run=begun["run"], seconds=seconds)

    def file(self, path: str) -> dict[str, Any]:
        """What is in the notebook's file."""
        found: dict[str, Any] = json.loads((self.root / path).read_text())
        return found

    def write(self, path: str, *cells: dict[str, Any]) -> str:
        """Write a notebook of these cells; of each what is not said is empty."""
        whole = [{"metadata": {}, **_code(cell), **cell} for cell in cells]
        kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        document = {"cells": whole, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (self.root / path).write_text(json.dumps(document))
        return path


def _code(cell: dict[str, Any]) -> dict[str, Any]:
    if cell.get("cell_type", "code") != "code":
        return {}
    return {"cell_type": "code", "outputs": [], "execution_count": None}


class Document:
    """An open notebook: `cells` and `source` are what the page's model has, `shown` is what is on the screen."""

    def __init__(self, page: Page, lab: LiveLab, path: str) -> None:
        self.page = page
        self.lab = lab
        self.path = path
        self.client = ""  # the id by which the server knows this page

    @classmethod
    def open(cls, page: Page, lab: LiveLab, path: str) -> Document:
        """Open it in a tab, and wait until it has its kernel and the server knows of it."""
        made = cls(page, lab, path)
        page.on("websocket", lambda socket: socket.on("framesent", made._greeted) if "api/live" in socket.url else None)
        visit(page, lab, path)
        until(lambda: any(held["holds"]["kernel"] for held in lab.door("pages", path)))
        return made

    @classmethod
    def add(cls, page: Page, lab: LiveLab, path: str) -> Document:
        """Open it in a page in which JupyterLab runs already, in front of what is open there."""
        page.evaluate("async path => void await window.jupyterapp.commands.execute('docmanager:open', { path })", path)
        made = cls(page, lab, path)
        made.wait("panelOf(path)?.context.isReady && panelOf(path).sessionContext.session?.kernel?.status === 'idle'")
        until(lambda: any(held["holds"]["kernel"] for held in lab.door("pages", path)))
        return made

    def close(self) -> None:
        """Close it as it is, and its kernel."""
        self._ask("(async () => { const it = panelOf(path); await it.sessionContext.shutdown(); it.dispose(); })()")

    def cells(self) -> list[dict[str, Any]]:
        """The document's cells as nbformat has them."""
        found: list[dict[str, Any]] = self._ask(
            "panelOf(path).content.model.sharedModel.cells.map(each => each.toJSON())"
        )
        return found

    def cell(self, cell: str) -> dict[str, Any]:
        """One of them."""
        return next(each for each in self.cells() if each["id"] == cell)

    def ids(self) -> list[str]:
        """Their order."""
        return [cell["id"] for cell in self.cells()]

    def source(self, cell: str) -> str:
        """A cell's source in the page's model."""
        return str(self.cell(cell)["source"])

    def shown(self, cell: str) -> str:
        """The source that is on the screen."""
        return str(self._ask("textOf(cellOf(path, id))", cell))

    def dirty(self) -> bool:
        """Whether there is something to save."""
        return bool(self._ask("panelOf(path).context.model.dirty"))

    def kernel(self) -> str:
        """Id of its kernel."""
        return str(self._ask("panelOf(path).sessionContext.session.kernel.id"))

    def place(self) -> dict[str, Any]:
        """Where the person is: active cell, mode, position in its source, and whether the keys go there."""
        found: dict[str, Any] = self._ask("""(() => {
            const { activeCell, mode } = panelOf(path).content;
            const editor = activeCell.editor;
            return {
                cell: activeCell.model.sharedModel.getId(), mode,
                focus: activeCell.node.contains(document.activeElement),
                at: editor ? editor.getOffsetAt(editor.getCursorPosition()) : null,
            };
        })()""")
        return found

    def node(self, cell: str) -> ElementHandle:
        """A cell's element."""
        handle = self.page.evaluate_handle(
            f"([path, id]) => {{ {FIND} return cellOf(path, id).node }}", [self.path, cell]
        )
        found = handle.as_element()
        assert found is not None
        return found

    def outputs(self, cell: str) -> str:
        """What is shown below a cell."""
        return str(self._ask("cellOf(path, id).node.querySelector('.jp-Cell-outputWrapper').innerText", cell))

    def write_in(self, cell: str, text: str = "", at: int | None = None) -> None:
        """Click into a cell, go to a position (the end, if none is given), and type."""
        self.node(cell).query_selector(".cm-content").click()  # type: ignore[union-attr]
        self.page.keyboard.press("Control+End" if at is None else "Control+Home")
        for _ in range(at or 0):
            self.page.keyboard.press("ArrowRight")
        self.page.keyboard.type(text)

    def wait(self, condition: str, cell: str = "") -> None:
        """Until an expression of `path`, `id`, `panelOf`, `cellOf` and `textOf` is true in the page."""
        self.page.wait_for_function(
            f"([path, id]) => {{ {FIND} return {condition} }}", arg=[self.path, cell], timeout=PATIENCE
        )

    def wait_shown(self, cell: str, source: str) -> None:
        """Until this source is on the screen."""
        self.wait(f"cellOf(path, id) && textOf(cellOf(path, id)) === {json.dumps(source)}", cell)

    def wait_saved(self) -> None:
        """Until there is nothing left to save."""
        self.wait("!panelOf(path).context.model.dirty")

    @property
    def dialogs(self) -> Locator:
        """What would ask the person something."""
        return self.page.locator(".jp-Dialog")

    def _greeted(self, frame: str | bytes) -> None:
        said = json.loads(frame)
        if said["type"] == "hello":
            self.client = said["client"]

    def _ask(self, expression: str, cell: str = "") -> Any:
        return self.page.evaluate(f"([path, id]) => {{ {FIND} return {expression} }}", [self.path, cell])


def until(holds: Callable[[], bool], seconds: float = PATIENCE / 1000) -> None:
    """Wait for something that only the server knows."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)


@contextmanager
def live_lab(home: Path, program: str = "jupyterlab", **more: Any) -> Iterator[LiveLab]:
    """A server, for as long as it is needed."""
    made = LiveLab(home, program, **more)
    made.start()
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def live_desk(browser: Browser, lab: LiveLab) -> Iterator[Page]:
    """A tab with the program in it, for one notebook after another."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    lab.write("begin.ipynb", {"id": "one", "source": "1"})
    Document.open(page, lab, "begin.ipynb")
    yield page
    context.close()
