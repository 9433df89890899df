"""A person types into a cell while Claude edits it and the cells around it: no character is lost, none is moved."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from live_stage import Document, LiveLab, live_lab, until
from playwright.sync_api import Page, Route

RUNS, LARGE_RUNS = 8, 500
ANEW = 20  # runs; then the cell begins anew: of a cell that is longer than the screen not all is drawn
KEYS = 14  # a run; with pauses of up to PAUSE seconds between them
PAUSE = 0.05
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_äß😀"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab."""
    with live_lab(tmp_path_factory.mktemp("typing")) as made:
        yield made


class Text:
    """What the person's keys make of a text. They never leave it."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.at = 0

    def key(self, chance: random.Random) -> str:
        """The next key, pressed here as it is in the browser."""
        kind = chance.random()
        if kind < 0.1 and self.at > 0:
            self.at -= 1
            del self.letters[self.at]
            return "Backspace"
        if kind < 0.2 and self.at > 0:
            self.at -= 1
            return "ArrowLeft"
        if kind < 0.25 and self.at < len(self.letters):
            self.at += 1
            return "ArrowRight"
        letter = "\n" if kind < 0.32 else chance.choice(LETTERS)
        self.letters.insert(self.at, letter)
        self.at += 1
        return "Enter" if letter == "\n" else letter

    def __str__(self) -> str:
        return "".join(self.letters)


class Editor:
    """Claude, who edits without a pause: what is before and behind the person's text in their cell, and other cells.

    Every edit of the person's cell says which source it was made for. `head` and `foot` are what was done last.
    """

    def __init__(self, lab: LiveLab, path: str, chance: random.Random) -> None:
        self._lab, self._path, self._chance = lab, path, chance
        self.head, self.foot = "# head", "# foot"
        self.done = self.refused = self.others = 0
        self.failed: list[Any] = []

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Edits in a thread of its own; at the end it finishes the edit that is under way."""
        ended = threading.Event()
        thread = threading.Thread(target=self._work, args=(ended,))
        thread.start()
        yield
        ended.set()
        thread.join()

    def _work(self, ended: threading.Event) -> None:
        while not ended.is_set():
            if self._chance.random() < 0.7:
                self._rewrite()
            else:
                self._rearrange()
            time.sleep(self._chance.random() * PAUSE)

    def _rewrite(self) -> None:
        cells = self._lab.door("read", self._path)["notebook"]["cells"]
        before = next(cell["source"] for cell in cells if cell["id"] == "mine")
        head, foot = self._noise(), self._noise()
        text = before.removeprefix(self.head).removesuffix(self.foot)
        edit = {"action": "replace", "cell": "mine", "before": before, "source": f"{head}{text}{foot}"}
        answer = self._lab.edit(self._path, edit)
        if answer.get("code") == "cell_changed":
            self.refused += 1
        elif "code" in answer:
            self.failed.append(answer)
        else:
            self.head, self.foot = head, foot
            self.done += 1

    def _rearrange(self) -> None:
        number = self.others
        before = [{"action": "delete", "cell": f"c{number - 3}", "before": None}] if number >= 3 else []
        added = {
            "action": "insert",
            "cell": f"c{number}",
            "after": self._chance.choice([None, "mine"]),
            "source": "new",
        }
        moved = {"action": "move", "cell": "mine", "after": self._chance.choice([None, f"c{number}"])}
        answer = self._lab.edit(self._path, *before, added, moved)
        self.failed += [answer] if "code" in answer else []
        self.others += 1

    def _noise(self) -> str:
        # A comment in every line, and so none of the person's: of equal ones nobody could tell whose is whose.
        text = "".join(self._chance.choice("xyz\n#😁") for _ in range(self._chance.randrange(40)))
        return "# " + text.strip().replace("\n", "\n#") + "!"


def press(page: Page, key: str) -> None:
    """As a keyboard does; letters that it lacks come as an input method sends them."""
    if len(key) > 1 or key.isascii():
        page.keyboard.press(key)
    else:
        page.keyboard.insert_text(key)


@pytest.mark.timeout(3600)
def test_no_character_is_lost_when_person_and_claude_write_in_one_cell(page: Page, lab: LiveLab, large: bool) -> None:
    """Every key is replayed, and compared with the document after each run; stale edits are refused."""
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    lab.write("typing.ipynb", {"id": "mine", "source": "# head\n\n# foot"}, {"id": "rest", "source": "1"})
    document = Document.open(page, lab, "typing.ipynb")
    text, editor = Text(), Editor(lab, "typing.ipynb", random.Random(seed + 1))
    for run in range(LARGE_RUNS if large else RUNS):
        if run % ANEW == 0:
            text, editor.head, editor.foot = Text(), "# head", "# foot"
            lab.edit("typing.ipynb", {"action": "replace", "cell": "mine", "source": "# head\n\n# foot"})
            document.write_in("mine", at=len("# head\n"))
        with editor.at_work():
            for _ in range(KEYS):
                press(page, text.key(chance))
                page.wait_for_timeout(chance.random() * PAUSE * 1000)
        assert editor.failed == [], seed
        expected = f"{editor.head}\n{text}\n{editor.foot}"
        assert document.source("mine") == expected, (seed, document.source("mine"), expected)
        document.wait_shown("mine", expected)
    assert editor.done > 0
    assert editor.others > 0
    assert document.dialogs.count() == 0
    document.wait_saved()
    assert (
        "".join(next(cell["source"] for cell in lab.file("typing.ipynb")["cells"] if cell["id"] == "mine")) == expected
    )


def test_what_is_typed_while_the_notebook_is_being_saved_is_saved_too(page: Page, lab: LiveLab) -> None:
    """JupyterLab alone would take it for saved."""
    lab.write("saving.ipynb", {"id": "mine", "source": ""}, {"id": "rest", "source": "1"})
    document = Document.open(page, lab, "saving.ipynb")
    document.write_in("mine")
    page.route("**/api/contents/saving.ipynb*", _slowly)
    lab.edit("saving.ipynb", {"action": "replace", "cell": "rest", "before": "1", "source": "2"})
    document.wait_shown("rest", "2")
    page.keyboard.type("typed in the meantime", delay=40)
    page.unroute("**/api/contents/saving.ipynb*")
    assert document.source("mine") == "typed in the meantime"
    until(lambda: lab.file("saving.ipynb")["cells"][1]["source"] == ["2"])
    until(lambda: document.dirty() or lab.file("saving.ipynb")["cells"][0]["source"] == ["typed in the meantime"])
    lab.door("save", "saving.ipynb")
    assert lab.file("saving.ipynb")["cells"][0]["source"] == ["typed in the meantime"]
    assert document.dialogs.count() == 0


def _slowly(route: Route) -> None:
    time.sleep(0.2)
    route.continue_()
