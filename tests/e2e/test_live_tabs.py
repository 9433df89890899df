"""Tabs that come and go while Claude works in a notebook, and Notebook 7."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from live_stage import Document, LiveLab, live_lab, until
from playwright.sync_api import Page

SLOW = "import time\nfor n in range(30):\n    print(n, flush=True)\n    time.sleep(0.1)"
ALL = "".join(f"{n}\n" for n in range(30))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveLab]:
    """JupyterLab."""
    with live_lab(tmp_path_factory.mktemp("tabs")) as made:
        yield made


def test_of_two_tabs_the_one_that_the_person_turned_to_last_is_called(page: Page, lab: LiveLab) -> None:
    """The other one stays as it is; when the person turns to it, it is the one, with what was done meanwhile."""
    lab.write("two.ipynb", {"id": "one", "source": "a = 1"}, {"id": "other", "source": "b = 1"})
    first = Document.open(page, lab, "two.ipynb")
    second = Document.open(page.context.new_page(), lab, "two.ipynb")
    for document in (first, second):
        # Else the browser of a test takes every tab for the one in front.
        focus = page.context.new_cdp_session(document.page)
        focus.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    until(lambda: len(lab.door("pages", "two.ipynb")) == 2)
    lab.edit("two.ipynb", {"action": "replace", "cell": "one", "before": "a = 1", "source": "a = 2"})
    second.wait_shown("one", "a = 2")
    assert first.source("one") == "a = 1"
    second.wait_saved()
    first.page.bring_to_front()
    first.write_in("other")
    until(lambda: lab.door("front", "two.ipynb") == first.client)
    lab.edit("two.ipynb", {"action": "replace", "cell": "other", "before": "b = 1", "source": "b = 2"})
    first.wait_shown("other", "b = 2")
    first.wait_shown("one", "a = 2")
    assert second.source("other") == "b = 1"
    assert first.dialogs.count() == second.dialogs.count() == 0


def test_a_tab_that_is_closed_in_mid_run_loses_no_output(page: Page, lab: LiveLab) -> None:
    """The run goes on; the file has all of it at the end, and so has the tab that is opened then."""
    lab.write("closed.ipynb", {"id": "slow", "source": SLOW})
    document = Document.open(page.context.new_page(), lab, "closed.ipynb")
    begun = lab.door("run", "closed.ipynb", cells=[{"cell": "slow", "source": SLOW}])
    document.wait("cellOf(path, id).outputArea.node.innerText.includes('3')", "slow")
    document.page.close()
    report = lab.door("report", "closed.ipynb", run=begun["run"], seconds=60)
    assert report["cells"][0]["state"] == "ok"
    assert report["cells"][0]["outputs"][0]["text"] == ALL
    until(lambda: "".join(lab.file("closed.ipynb")["cells"][0]["outputs"][0]["text"]) == ALL)
    again = Document.open(page, lab, "closed.ipynb")
    assert again.outputs("slow").split() == ALL.split()


def test_a_tab_that_is_opened_in_mid_run_shows_all_of_it(page: Page, lab: LiveLab) -> None:
    """The run began with no tab open; at its end the open document has every output."""
    lab.write("opened.ipynb", {"id": "slow", "source": SLOW})
    begun = lab.door("run", "opened.ipynb", cells=[{"cell": "slow", "source": SLOW}])
    page.goto(f"{lab.url}lab/tree/opened.ipynb?token=e2e&reset")
    document = Document(page, lab, "opened.ipynb")
    until(lambda: bool(lab.door("pages", "opened.ipynb")))
    report = lab.door("report", "opened.ipynb", run=begun["run"], seconds=60)
    assert report["cells"][0]["state"] == "ok"
    document.wait(f"cellOf(path, id).model.sharedModel.toJSON().outputs[0]?.text === {json.dumps(ALL)}", "slow")
    assert document.outputs("slow").split() == ALL.split()
    assert document.dialogs.count() == 0


def test_a_page_comes_back_after_the_server_hung_up(page: Page, lab: LiveLab) -> None:
    """It is the same page to the server, and is called again."""
    lab.write("back.ipynb", {"id": "one", "source": "a = 1"})
    document = Document.open(page, lab, "back.ipynb")
    before, document.client = document.client, ""
    with page.expect_websocket(lambda socket: "api/live" in socket.url):
        lab.door("hang_up", "back.ipynb")
    lab.edit("back.ipynb", {"action": "replace", "cell": "one", "before": "a = 1", "source": "a = 2"})
    document.wait_shown("one", "a = 2")
    assert document.client == before


def test_a_notebook_that_is_renamed_stays_live(page: Page, lab: LiveLab) -> None:
    """Its page says so, and edits by the new path, and by the old one, reach the open document."""
    lab.write("old.ipynb", {"id": "one", "source": "a = 1"})
    document = Document.open(page, lab, "old.ipynb")
    page.evaluate("window.jupyterapp.serviceManager.contents.rename('old.ipynb', 'new.ipynb')")
    document.path = "new.ipynb"
    until(lambda: bool(lab.door("pages", "new.ipynb")))
    lab.edit("new.ipynb", {"action": "replace", "cell": "one", "before": "a = 1", "source": "a = 2"})
    document.wait_shown("one", "a = 2")
    document.wait_saved()
    assert not (lab.root / "old.ipynb").exists()


def test_notebook_7_is_live_too(page: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An edit, its undo and a run in the open document."""
    with live_lab(tmp_path_factory.mktemp("seven"), program="notebook") as lab:
        lab.write("seven.ipynb", {"id": "one", "source": "a = 1\nprint(a)"}, {"id": "two", "source": "b = 1"})
        document = Document.open(page, lab, "seven.ipynb")
        document.write_in("two", "#typed")
        edits = [
            {"action": "replace", "cell": "one", "before": None, "source": "a = 2\nprint(a)"},
            {"action": "replace", "cell": "two", "before": "b = 1#typed", "source": "b = 2#typed"},
        ]
        lab.edit("seven.ipynb", *edits)
        document.wait_shown("one", "a = 2\nprint(a)")
        assert document.place() == {"cell": "two", "mode": "edit", "focus": True, "at": len("b = 2#typed")}
        report = lab.run("seven.ipynb", "one")
        assert (report["where"], report["cells"][0]["state"]) == ("live", "ok")
        document.wait("cellOf(path, id).outputArea.node.innerText.startsWith('2')", "one")
        document.wait_saved()
        page.keyboard.press("Control+z")
        assert [cell["source"] for cell in document.cells()] == ["a = 1\nprint(a)", "b = 1#typed"]
