"""Reading: long conversations, finding in them, and what tools did, in a real browser.

The conversations are written frame by frame (`scripted_wire.py`): the CLI would take hours to say them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from scripted_wire import Frame, ScriptedWire, call, picture, reply, turn

Opened = Callable[[Iterable[Frame]], ScriptedWire]
ESCAPE = "\x1b["
END = "(view) => view.scrollHeight - view.clientHeight - view.scrollTop"
IN_VIEW = """() => {
  const view = document.querySelector("[data-jcw=viewport]").getBoundingClientRect();
  const shown = [...document.querySelectorAll("[data-jcw=reply]")].map((reply) => reply.getBoundingClientRect());
  const found = shown.findIndex((box) => box.top > view.top + 60);
  window.held = document.querySelectorAll("[data-jcw=reply]")[found];
  return window.held.getBoundingClientRect().top;
}"""
HELD = "() => window.held.isConnected ? window.held.getBoundingClientRect().top : null"


@pytest.fixture
def opened(page: Page) -> Iterator[Opened]:
    """Opens the panel on a conversation, at its end."""
    with ExitStack() as exits:

        def opened(frames: Iterable[Frame]) -> ScriptedWire:
            wire = exits.enter_context(ScriptedWire(frames))
            page.goto(wire.url)
            page.wait_for_selector("[data-jcw=turn]")
            page.wait_for_timeout(300)
            return wire

        yield opened


def many(count: int, first: int = 0) -> list[Frame]:
    """Turns of very different heights."""
    made: list[Frame] = []
    for n in range(first, first + count):
        paragraphs = "\n\n".join(f"Paragraph {part} of turn {n}: {'word ' * (n % 40)}" for part in range(1 + n * 7 % 9))
        made += turn(
            f"t{n}", f"Question {n}?", *call(f"c{n}", "Bash", {"command": f"step {n}"}), reply(f"m{n}", paragraphs)
        )
    return made


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-jcw={name}]")


def distance(page: Page) -> float:
    """From the end, in pixels."""
    found: float = part(page, "viewport").evaluate(END)
    return found


def scroll(page: Page, by: float) -> None:
    part(page, "viewport").evaluate("(view, by) => view.scrollBy(0, by)", by)
    page.wait_for_timeout(60)


def open_card(page: Page, tool: str) -> Locator:
    card = page.locator(f"[data-item={tool}]")
    card.locator("> .jcw-tool-line").click()
    return card


def test_a_long_conversation_opens_at_its_end_and_draws_what_is_near_the_view(page: Page, opened: Opened) -> None:
    """Of 400 turns a few are drawn, wherever the reader goes; the newest is in view at once."""
    opened(many(400))
    expect(part(page, "viewport")).to_have_attribute("data-turns", "400")
    expect(page.get_by_text("Question 399?")).to_be_in_viewport()
    assert distance(page) < 2
    assert part(page, "turn").count() < 40
    for _ in range(5):
        scroll(page, -9_000)
    assert part(page, "turn").count() < 60
    expect(page.get_by_text("Question 399?")).to_have_count(0)


def test_what_is_read_stays_put(page: Page, opened: Opened) -> None:
    """Neither turns above that are drawn for the first time nor new ones below move the text under the eye."""
    wire = opened(many(300))
    scroll(page, -20_000)
    page.wait_for_timeout(300)
    for _ in range(25):
        before = page.evaluate(IN_VIEW)
        scroll(page, -120)
        page.wait_for_timeout(60)  # until what was drawn above has been measured
        assert page.evaluate(HELD) == pytest.approx(before + 120, abs=2)
    before = page.evaluate(IN_VIEW)
    wire.say(*many(30, 300))
    expect(part(page, "viewport")).to_have_attribute("data-turns", "330")
    page.wait_for_timeout(200)
    assert page.evaluate(HELD) == pytest.approx(before, abs=1)


def test_the_way_back_to_the_end_is_the_readers_to_take(page: Page, opened: Opened) -> None:
    """Who scrolled up is left alone while Claude writes; one click leads to the end, which is followed from then on."""
    wire = opened(many(20))
    expect(part(page, "jump")).to_have_count(0)
    part(page, "viewport").hover()
    page.mouse.wheel(0, -90)
    expect(part(page, "jump")).to_be_visible()
    before = page.evaluate(IN_VIEW)
    started = turn("new", "One more?")[0]
    pieces = [{"type": "text", "turn": "new", "message": "mn", "block": 0, "text": f"piece {n}\n\n"} for n in range(60)]
    wire.say(started, *pieces[:30])
    page.wait_for_timeout(300)
    assert page.evaluate(HELD) == pytest.approx(before, abs=1)
    part(page, "jump").click()
    expect(part(page, "jump")).to_have_count(0)
    wire.say(*pieces[30:])
    expect(page.get_by_text("piece 59")).to_be_in_viewport()
    assert distance(page) < 2


AFTER_EACH_FRAME = """() => {
  const view = document.querySelector("[data-jcw=viewport]");
  const painted = new MessageChannel(); // its messages come when the frame has been painted
  window.seen = [];
  const look = ({ scrollHeight, clientHeight, scrollTop }) => [scrollHeight, scrollHeight - clientHeight - scrollTop];
  painted.port1.onmessage = () => seen.push(look(view));
  const frame = () => { painted.port2.postMessage(0); requestAnimationFrame(frame); };
  frame();
}"""


def test_a_reply_that_streams_only_grows(page: Page, opened: Opened) -> None:
    """While text with code and a table is written, nothing on screen jumps: it grows, and its end is always in view."""
    wire = opened(many(20))
    wire.say(
        turn("new", "One more?")[0], {"type": "text", "turn": "new", "message": "mn", "block": 0, "text": "Well. "}
    )
    expect(page.get_by_text("Well.")).to_be_in_viewport()
    page.wait_for_timeout(200)
    page.evaluate(AFTER_EACH_FRAME)
    text = (
        "Some words.\n\n```python\nfor n in range(9):\n    print(n)\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\nEnd.\n\n"
        * 6
    )
    for at in range(0, len(text), 30):
        wire.say({"type": "text", "turn": "new", "message": "mn", "block": 0, "text": text[at : at + 30]})
        page.wait_for_timeout(8)
    page.wait_for_timeout(200)
    heights, distances = zip(*page.evaluate("seen"), strict=True)
    assert heights[-1] > heights[0] + 500
    assert [next_ - last for last, next_ in pairwise(heights) if next_ < last] == []
    assert [away for away in distances if away > 1] == []


def test_keys_lead_through_the_conversation(page: Page, opened: Opened) -> None:
    """With the focus on the conversation, Home and End reach its very ends, and Page Up a page further up."""
    opened(many(200))
    part(page, "viewport").focus()
    page.keyboard.press("PageUp")
    page.wait_for_timeout(400)
    assert distance(page) > 200
    page.keyboard.press("Home")
    expect(page.get_by_text("Question 0?")).to_be_in_viewport()
    page.wait_for_timeout(200)
    assert part(page, "viewport").evaluate("(view) => view.scrollTop") < 2
    page.keyboard.press("End")
    expect(page.get_by_text("Question 199?")).to_be_in_viewport()
    page.wait_for_timeout(200)
    assert distance(page) < 2


def test_what_was_unfolded_stays_so(page: Page, opened: Opened) -> None:
    """A card that is open is still open when the reader comes back to it after it was far away."""
    opened(many(100))
    open_card(page, "c99")
    expect(page.locator("[data-item=c99] > .jcw-tool-body")).to_be_visible()
    part(page, "viewport").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-item=c99]")).to_have_count(0)
    page.keyboard.press("End")
    expect(page.locator("[data-item=c99] > .jcw-tool-body")).to_be_visible()


def test_a_hidden_panel_keeps_its_place(page: Page, opened: Opened) -> None:
    """Who comes back to a notebook's tab reads on where they were, whatever came meanwhile."""
    wire = opened(many(100))
    scroll(page, -9_000)
    page.wait_for_timeout(200)
    before = page.evaluate(IN_VIEW)
    page.evaluate("document.querySelector('main').style.display = 'none'")
    wire.say(*many(30, 100))
    expect(part(page, "viewport")).to_have_attribute("data-turns", "130")
    page.wait_for_timeout(300)
    page.evaluate("document.querySelector('main').style.display = ''")
    page.wait_for_timeout(300)
    assert page.evaluate(HELD) == pytest.approx(before, abs=1)


HIGHLIGHTED = "() => [...(CSS.highlights.get('jcw-found-now') ?? [])].map((range) => range.toString())"


def found(page: Page, count: str, words: str) -> None:
    """The bar says so, and the current hit is marked and in view."""
    expect(part(page, "find-count")).to_have_text(count)
    page.wait_for_function(f"words => String({HIGHLIGHTED.removeprefix('() => ')}) === words", arg=words)
    assert page.evaluate("""() => {
      const [range] = CSS.highlights.get("jcw-found-now");
      const hit = range.getBoundingClientRect();
      const view = document.querySelector("[data-jcw=viewport]").getBoundingClientRect();
      return hit.top >= view.top && hit.bottom <= view.bottom;
    }""")


def test_words_are_found_wherever_they_are(page: Page, opened: Opened) -> None:
    """Ctrl+F finds in turns that are not drawn and in what is folded, forwards and backwards; Escape ends it."""
    lines = "\n".join(f"line {n}" for n in range(500)).replace("line 250\n", "line 250 with a needle\n")
    deep = [*call("deep", "Bash", {"command": "haystack"}, lines)]
    opened(
        [
            *turn("a", "Where is the Needle?"),
            *many(150),
            *turn("b", "Look", *deep),
            *many(150, 150),
            *turn("c", "x", reply("mc", "A **nee**dle!")),
        ]
    )
    part(page, "composer").focus()
    page.keyboard.press("Control+f")
    page.keyboard.type("needle")
    found(page, "3 of 3", "needle")
    page.keyboard.press("Shift+Enter")
    found(page, "2 of 3", "needle")
    expect(page.locator("[data-item=deep] [data-output]")).to_contain_text("line 250 with a needle")
    page.keyboard.press("Shift+Enter")
    found(page, "1 of 3", "Needle")
    expect(page.get_by_text("Where is the Needle?")).to_be_in_viewport()
    page.keyboard.press("Enter")
    found(page, "2 of 3", "needle")
    page.keyboard.type("s")
    expect(part(page, "find-count")).to_have_text("Not found")
    page.keyboard.press("Escape")
    expect(part(page, "find")).to_have_count(0)
    assert page.evaluate("[...(CSS.highlights.get('jcw-found') ?? [])].length") == 0


def test_a_terminals_colours_are_shown_and_nothing_else_of_it(page: Page, opened: Opened) -> None:
    """Colours of all three kinds are told apart, a progress bar is one line, and markup stays text."""
    red, green, blue = (f"{ESCAPE}{code}m" for code in ("31", "38;5;46", "38;2;9;9;250"))
    words = f"{red}red{ESCAPE}0m {green}green{ESCAPE}0m {blue}blue{ESCAPE}0m {ESCAPE}2Jplain"
    output = f"{words}\n1%\r99%\n<b>x</b>"
    opened(turn("t", "Run it", *call("c", "Bash", {"command": "run"}, output)))
    shown = open_card(page, "c").locator("[data-output] pre")
    expect(shown).to_have_text("red green blue plain\n99%\n<b>x</b>")
    assert shown.locator("b").count() == 0
    colours = [
        shown.get_by_text(word, exact=True).evaluate("(one) => getComputedStyle(one).color")
        for word in ("red", "green", "blue")
    ]
    assert len({*colours, shown.evaluate("(one) => getComputedStyle(one).color")}) == 4


def test_long_output_shows_its_ends_and_all_of_it_on_request(page: Page, opened: Opened) -> None:
    """Of 1,000 lines the first and the last are there, with how many are left out between them."""
    opened(turn("t", "Run it", *call("c", "Bash", {"command": "seq 1000"}, "\n".join(map(str, range(1, 1001))))))
    output = open_card(page, "c").locator("[data-output]")
    expect(output).to_contain_text("972 lines left out")
    assert "\n500\n" not in output.inner_text()
    part(page, "show-all").click()
    expect(output).to_contain_text(re.compile(r"\s500\s"))


@pytest.mark.parametrize(("width", "side_by_side"), [(320, False), (1200, True)])
def test_a_diff_is_side_by_side_where_there_is_room(page: Page, opened: Opened, width: int, side_by_side: bool) -> None:
    """What goes and what comes are beside each other in a wide panel, one below the other in a narrow one."""
    page.set_viewport_size({"width": width, "height": 700})
    edit = {"file_path": "a.py", "old_string": "keep = 1\ntotal = value\n", "new_string": "keep = 1\ntotal = amount\n"}
    opened(turn("t", "Fix it", *call("e", "Edit", edit, "ok")))
    diff = open_card(page, "e").locator("[data-jcw=diff]")
    expect(diff.locator(".jcw-diff-word").last).to_have_text("amount")
    removed, added = (diff.locator(f".jcw-diff-{kind}").bounding_box() for kind in ("removed", "added"))
    assert removed
    assert added
    assert (removed["y"] == added["y"]) is side_by_side
    assert (removed["x"] < added["x"]) is side_by_side


def test_a_picture_can_be_seen_larger(page: Page, opened: Opened) -> None:
    """A click shows it above the page; Escape closes it and nothing else."""
    opened(turn("t", "Plot it", *call("p", "Read", {"file_path": "a.png"}, None), picture("p")))
    part(page, "enlarge").click()
    expect(part(page, "enlarged")).to_be_visible()
    page.keyboard.press("Escape")
    expect(part(page, "enlarged")).to_be_hidden()
    expect(part(page, "enlarge")).to_be_focused()


def test_a_background_task_is_in_sight_until_it_ends(page: Page, opened: Opened) -> None:
    """After its turn its card goes on running, and a line above the composer leads to it; both end with the task."""
    finished = {
        "type": "tool_finished",
        "tool": "k",
        "outcome": "done",
        "omitted": 0,
        "detail": {"backgroundTaskId": "b"},
        "content": [],
    }
    progress = {"type": "tool_progress", "tool": "k", "text": "Train", "state": "running"}
    wire = opened(
        [*turn("t", "Train it", *call("k", "Bash", {"command": "train"}, None), finished, progress), *many(60)]
    )
    expect(page.locator("[data-item=k]")).to_have_count(0)
    expect(part(page, "background")).to_contain_text("1 background task")
    part(page, "background").click()
    card = page.locator("[data-item=k]")
    expect(card).to_be_in_viewport()
    expect(card).to_have_attribute("data-background", "running")
    wire.say({**progress, "text": "Trained", "state": "done"})
    expect(part(page, "background")).to_have_count(0)
    expect(card).to_have_attribute("data-background", "done")


def test_nothing_moves_for_who_does_not_want_it(chromium: Browser) -> None:
    """With reduced motion no animation runs, although a tool does."""
    frames: list[dict[str, Any]] = turn("t", "Run it", *call("c", "Bash", {"command": "sleep 60"}, None))[:-1]
    with ScriptedWire([*frames, {"type": "state", "state": "running", "why": ""}]) as wire:
        context = chromium.new_context(reduced_motion="reduce")
        page = context.new_page()
        page.goto(wire.url)
        page.wait_for_selector("[data-item=c]")
        assert page.evaluate("document.getAnimations().length") == 0
        context.close()
