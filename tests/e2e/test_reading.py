"""Reading a reply: its parts come when they are needed, and what they draw can be used with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_stage import Lab, Panel, open_page
from playwright.sync_api import Page, Route, expect
from scripted import Scripted
from sinks import Frame

PARTS = "**/static/jupyter_claude_workspace/parts/**"
CODE = "\n".join(f"value_{number} = compute({number}, 'text')  # line {number}" for number in range(60))
WIDE = "| " + " | ".join(f"a wide column {number}" for number in range(20)) + " |"
TABLE = f"{WIDE}\n{'|---' * 20}|\n{WIDE}\n"
OFFERS = """document.addEventListener('jcw:insert-cell', (event) => {
    event.preventDefault();
    if (event.detail) window.inserted = event.detail;
})"""
FETCHED = "part => performance.getEntriesByType('resource').some(entry => entry.name.includes(part))"
PASTE = """() => { const area = document.createElement('textarea'); document.body.append(area); area.focus(); }"""


@pytest.fixture
def stage() -> Iterator[Scripted]:
    """A server that says what the test wants."""
    made = Scripted().start()
    yield made
    made.stop()


def opened(page: Page, stage: Scripted) -> Panel:
    """The panel on its page, with a turn that runs."""
    page.goto(stage.url)
    panel = Panel(page).wait("ready")
    asked = {"text": "?", "attachments": [], "mentions": []}
    stage.say([{"type": "turn_started", "turn": "t", **asked, "origin": origin()}])
    panel.part("turn").wait_for()
    return panel


def origin() -> Frame:
    return {"kind": "prompt", "prompt": "p", "user": "ann"}


def text(piece: str) -> Frame:
    return {"type": "text", "turn": "t", "message": "m", "block": 0, "text": piece}


def whole(reply: str) -> Frame:
    return {"type": "message", "turn": "t", "message": "m", "block": 0, "kind": "text", "text": reply}


def fenced(code: str, language: str = "python") -> str:
    return f"```{language}\n{code}\n```\n"


def test_parts_come_from_under_the_base_url_and_only_when_they_are_needed(page: Page, tmp_path: Path) -> None:
    """Behind a Hub's prefix the renderer is there before the first reply; mathematics only once there is some."""
    lab = Lab(tmp_path / "hub", base_url="/user/ann/").start()
    try:
        asked: list[str] = []
        page.on("request", lambda request: "/parts/" in request.url and asked.append(request.url))
        panel = open_page(page, lab, lab.notebook("a.ipynb"))
        page.wait_for_function(
            "() => performance.getEntriesByType('resource').some(e => e.name.includes('/markdown-'))"
        )
        folder = f"{lab.url}static/jupyter_claude_workspace/parts/"
        assert all(url.startswith((f"{folder}markdown-", f"{folder}notebook-")) for url in asked)
        panel.ask("demo: mathematics")
        panel.root.locator(".jcw-math-display math").first.wait_for()
        panel.root.locator(".jcw-md-slab [class^=hljs-]").first.wait_for()
    finally:
        lab.stop()

    names = sorted(url.rsplit("/", 1)[1].split("-")[0] for url in asked)
    assert names == ["highlight", "markdown", "math", "notebook"]


def test_without_its_parts_a_reply_is_shown_as_it_is_written_and_drawn_when_they_come(
    page: Page, stage: Scripted
) -> None:
    """A server that does not bring the parts costs the look, not the words; they are asked for again."""
    page.route(PARTS, lambda route: route.abort())
    panel = opened(page, stage)
    stage.say([whole("Some **bold** words and $x_1$.")])
    expect(panel.part("reply")).to_contain_text("Some **bold** words and $x_1$.")
    page.unroute(PARTS)

    expect(panel.part("reply").locator("strong")).to_have_text("bold", timeout=20_000)
    expect(panel.part("reply").locator("math")).to_have_count(1, timeout=20_000)


def test_colours_that_come_late_move_nothing(page: Page, stage: Scripted) -> None:
    """A code block is as high before its colours have come as it is with them."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/parts/highlight-*", hold)
    panel = opened(page, stage)
    stage.say([text(fenced(CODE)), whole(fenced(CODE))])
    code = panel.part("reply").locator("pre code")
    expect(code).to_contain_text("# line 59")
    before = code.bounding_box()
    assert code.locator(".hljs-comment").count() == 0
    held[0].continue_()

    expect(code.locator(".hljs-comment")).to_have_count(60)
    assert code.bounding_box() == before


def test_code_that_is_selected_is_copied_line_for_line(page: Page, stage: Scripted) -> None:
    """A selection over many lines goes to the clipboard as it stands."""
    panel = opened(page, stage)
    stage.say([text(fenced(CODE)), whole(fenced(CODE))])
    expect(panel.part("reply").locator(".hljs-comment")).to_have_count(60)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('[data-jcw=reply] pre code'))")
    page.keyboard.press("Control+c")
    page.evaluate(PASTE)
    page.keyboard.press("Control+v")

    assert page.evaluate("document.activeElement.value").strip() == CODE


def test_code_is_copied_where_the_browser_has_no_clipboard_to_offer(page: Page, stage: Scripted) -> None:
    """On plain http there is no navigator.clipboard; the copy button works all the same."""
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })")
    panel = opened(page, stage)
    stage.say([whole(fenced("x = 1\n\ny = 2"))])
    button = panel.part("code-copy")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text("Copied")
    page.evaluate(PASTE)
    page.keyboard.press("Control+v")

    assert page.evaluate("document.activeElement.value") == "x = 1\n\ny = 2\n"


def test_code_goes_into_a_cell_below_where_the_page_can_do_that(page: Page, stage: Scripted) -> None:
    """The button is there only where somebody answers, and hands over the code with its language."""
    panel = opened(page, stage)
    stage.say([text(fenced("x <- 1", "r"))])
    expect(panel.part("reply").locator("pre")).to_have_text("x <- 1\n")
    expect(panel.part("code-insert")).to_be_hidden()
    page.evaluate(OFFERS)
    panel.part("code-copy").hover()
    panel.part("code-insert").click()

    assert page.evaluate("window.inserted") == {"code": "x <- 1", "language": "r"}


def test_long_code_that_was_written_before_is_folded_until_somebody_unfolds_it(page: Page, stage: Scripted) -> None:
    """Sixty lines that come as a whole show their first; the button below shows all, also from the keyboard."""
    panel = opened(page, stage)
    stage.say([whole(fenced(CODE))])
    fold = panel.part("code-fold")
    expect(fold).to_have_text("Show all 60 lines")
    folded = panel.part("reply").bounding_box()
    fold.focus()
    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "true")

    unfolded = panel.part("reply").bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert unfolded["height"] > folded["height"] + 300


def test_what_is_too_wide_scrolls_in_a_box_of_its_own_that_the_keyboard_reaches(page: Page, stage: Scripted) -> None:
    """A wide table, long lines and a long formula never widen the panel; wrapping takes the need away."""
    page.set_viewport_size({"width": 320, "height": 700})
    panel = opened(page, stage)
    stage.say([whole(f"{TABLE}\n{fenced('x = ' + 'y + ' * 80 + 'z')}\n$$\n{'a + ' * 60}b\n$$\n")])
    reply = panel.part("reply")
    for box in (".jcw-md-table", "pre", ".jcw-math-display"):
        expect(reply.locator(box)).to_have_attribute("tabindex", "0")
        reply.locator(box).focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("box => document.querySelector(box).scrollLeft > 0", arg=f"[data-jcw=reply] {box}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    panel.part("code-wrap").click()

    expect(reply.locator("pre")).not_to_have_attribute("tabindex", "0")


def test_formulas_stay_in_their_box_and_run_nothing(page: Page, stage: Scripted) -> None:
    """TeX that wants to reach out of its formula, or to be more than a formula, does neither."""
    panel = opened(page, stage)
    tex = [
        r"\hspace{-40em}\text{Allow}",
        r"\raisebox{40em}{\text{Allow}}",
        r"\rule{900em}{900em}",
        r"\href{javascript:window.pwned=1}{x}",
        r"\htmlData{commandlinker-command=x}{y}",
        "\\sqrt{" * 200 + "x" + "}" * 200,
    ]
    stage.say([whole("\n\n".join(f"Before ${each}$ after." for each in tex))])
    formulas = panel.part("reply").locator(".jcw-math-set")
    expect(formulas.first).to_be_visible()
    inside = """(formulas) => formulas.every((formula) => {
        const [outer, words] = [formula.getBoundingClientRect(), formula.closest('.jcw-md').getBoundingClientRect()];
        const isInside = outer.left >= words.left - 1 && outer.right <= words.right + 1;
        return isInside && getComputedStyle(formula).overflow === 'clip';
    })"""

    assert formulas.evaluate_all(inside)
    assert panel.part("reply").locator("a, [href], [style], [data-commandlinker-command]").count() == 0
    assert page.evaluate("window.pwned") is None
