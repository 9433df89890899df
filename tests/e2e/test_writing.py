"""What a person writes: drafts, completion, attachments and the queue, in a real browser on the demo model."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from lab_stage import ENDED, PATIENCE, Lab, open_page
from playwright.sync_api import Page, expect

# A picture of noise, which nothing makes small, and a plain one, dropped with a file of text and a binary one.
DROP = """async () => {
    const picture = async (width, height, draw) => {
        const canvas = document.createElement('canvas');
        Object.assign(canvas, {width, height});
        draw(canvas.getContext('2d'), width, height);
        return new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
    };
    const noise = (context, width, height) => {
        const data = context.createImageData(width, height);
        for (let at = 0; at < data.data.length; at += 65536) {
            crypto.getRandomValues(data.data.subarray(at, at + 65536));
        }
        context.putImageData(data, 0, 0);
    };
    const plain = (context) => { context.fillStyle = '#06c'; context.fillRect(100, 100, 300, 200); };
    const transfer = new DataTransfer();
    transfer.items.add(new File([await picture(2400, 1200, noise)], 'noise.png', {type: 'image/png'}));
    transfer.items.add(new File([await picture(2000, 500, plain)], 'plot.png', {type: 'image/png'}));
    transfer.items.add(new File(['a,b\\n1,2\\n'], 'data.csv', {type: 'text/csv'}));
    transfer.items.add(new File([new Uint8Array([128, 4, 0])], 'model.pkl'));
    const event = new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true});
    document.querySelector('[data-jcw=conversation], .jcw-conversation').dispatchEvent(event);
}"""


def sizes(page: Page, images: list[dict[str, Any]]) -> list[list[int]]:
    """Width and height of pictures as the browser sees them."""
    script = """images => Promise.all(images.map(async ({media_type, data}) => {
        const image = new Image();
        image.src = `data:${media_type};base64,${data}`;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
    }))"""
    found: list[list[int]] = page.evaluate(script, images)
    return found


def attachments(lab: Lab, notebook: str) -> list[dict[str, Any]]:
    """What went along with the first prompt of a notebook, as the server keeps it."""
    session = lab.ask("GET", f"api/sessions?notebook={notebook}")["sessions"][0]["session_id"]
    transcript = lab.ask("GET", f"api/sessions/{session}/transcript?format=json")
    started = next(frame for frame in transcript["frames"] if frame["type"] == "turn_started")
    kept: list[dict[str, Any]] = started["attachments"]
    return kept


def test_a_draft_survives_a_reload(page: Page, lab: Lab) -> None:
    """What was written but not sent is there again after a reload; what was sent is not."""
    panel = open_page(page, lab, lab.notebook("draft.ipynb"))
    panel.part("composer").fill("half a thought")
    page.reload()
    panel.wait("ready")
    expect(panel.part("composer")).to_have_value("half a thought")
    panel.ask("demo: hello")
    expect(panel.part("composer")).to_be_focused()
    page.reload()
    panel.wait("ready")
    expect(panel.part("composer")).to_have_value("")


def test_commands_and_files_are_completed(page: Page, lab: Lab) -> None:
    """The CLI's own commands follow a slash, the notebook's neighbours an @; the list stays inside a narrow panel."""
    page.set_viewport_size({"width": 280, "height": 640})
    (lab.root / "station data").mkdir()
    (lab.root / "station data" / "hourly.csv").write_text("t\n1\n")
    panel = open_page(page, lab, lab.notebook("complete.ipynb"))
    composer, suggestion = panel.part("composer"), panel.part("suggestion")
    composer.press_sequentially("/comp")
    expect(suggestion.first).to_contain_text("/compact", timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") == 280
    box = panel.part("completion").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 280
    assert box["y"] >= 0
    composer.press("Escape")
    composer.fill("")
    composer.press_sequentially("look at @stat")
    expect(suggestion.first).to_contain_text("station data/")
    composer.press("Enter")
    expect(suggestion.first).to_contain_text("hourly.csv")
    composer.press("Tab")
    expect(composer).to_have_value('look at @"station data/hourly.csv" ')
    composer.press("Control+z")
    expect(composer).to_have_value('look at @"station data/')


def test_pictures_are_made_small_and_go_along(page: Page, lab: Lab) -> None:
    """Dropped files are shown and go along: a photograph made small, a drawing exact; a binary is refused."""
    panel = open_page(page, lab, lab.notebook("attach.ipynb"))
    page.evaluate(DROP)
    attached = panel.part("attached")
    expect(attached).to_have_count(3, timeout=PATIENCE)
    expect(panel.part("problems")).to_contain_text("model.pkl")
    expect(attached.locator("img")).to_have_count(2)
    panel.part("composer").fill("demo: hello")
    panel.part("send").click()
    expect(panel.root.locator(ENDED)).to_have_count(1, timeout=PATIENCE)
    expect(attached).to_have_count(0)
    noise, plot, text = (attachment["content"] for attachment in attachments(lab, "attach.ipynb"))
    assert sizes(page, [noise, plot]) == [[1568, 784], [1568, 392]] or sizes(page, [noise])[0][0] < 1568
    assert plot["media_type"] == "image/png"
    assert noise["media_type"] in ("image/webp", "image/jpeg")
    assert len(base64.b64decode(noise["data"])) < 700_000
    assert text == {"kind": "text", "text": "a,b\n1,2\n"}


def test_waiting_prompts_are_moved_and_taken_back(page: Page, lab: Lab) -> None:
    """Prompts that wait are moved by button and by dragging, written on, and then run in the order that is shown."""
    panel = open_page(page, lab, lab.notebook("queue.ipynb"))
    panel.send("demo: long")
    expect(panel.part("stop")).to_be_visible()
    queued = panel.part("queued")
    for text in ("one", "two", "demo: hello"):
        panel.send(text)
    expect(queued).to_have_text(["one", "two", "demo: hello"])
    panel.part("move-up").nth(2).click()
    expect(queued).to_have_text(["one", "demo: hello", "two"])
    queued.nth(1).drag_to(queued.nth(0), target_position={"x": 20, "y": 3})
    expect(queued).to_have_text(["demo: hello", "one", "two"])
    panel.part("take-back").nth(1).click()
    expect(panel.part("composer")).to_have_value("one")
    panel.part("unqueue").nth(1).click()
    expect(queued).to_have_text(["demo: hello"])
    panel.part("composer").press("Escape")
    panel.part("composer").press("Escape")
    expect(panel.root.locator(ENDED)).to_have_count(2, timeout=PATIENCE)
    expect(panel.part("prompt").last).to_contain_text("demo: hello")
    expect(panel.part("composer")).to_have_value("one")


def test_a_steering_prompt_reaches_the_turn_that_runs(page: Page, lab: Lab) -> None:
    """A prompt that is sent into a running turn stands inside of it and begins none of its own."""
    panel = open_page(page, lab, lab.notebook("steer.ipynb"))
    panel.send("demo: parallel")
    panel.part("allow").first.wait_for()
    panel.part("composer").fill("And be brief.")
    panel.part("composer").press("Alt+Enter")
    page.wait_for_timeout(300)
    while panel.root.get_attribute("data-state") != "ready":
        if panel.part("question").locator("visible=true").count():
            page.wait_for_timeout(500)
            panel.root.locator("[data-jcw=question]:not([hidden]) [data-jcw=allow]").click(timeout=5000)
        page.wait_for_timeout(100)
    turns = panel.part("turn")
    expect(turns).to_have_count(1)
    expect(turns.first.locator("[data-jcw=prompt]")).to_have_count(2)


def test_the_arrow_brings_back_what_was_asked(page: Page, lab: Lab) -> None:
    """Arrow up in a long, wrapped line first moves the caret; at the first line it brings back the last prompt."""
    panel = open_page(page, lab, lab.notebook("history.ipynb"))
    panel.ask("demo: hello")
    composer = panel.part("composer")
    long = "words " * 60
    composer.fill(long)
    composer.press("ArrowUp")
    page.wait_for_timeout(100)
    expect(composer).to_have_value(long)
    for _ in range(20):
        if composer.input_value() == long:
            composer.press("ArrowUp")
            page.wait_for_timeout(100)
    expect(composer).to_have_value("demo: hello")
    composer.press("ArrowDown")
    expect(composer).to_have_value(long)


def test_nothing_is_kept_in_the_browser_but_drafts_and_preferences(page: Page, lab: Lab) -> None:
    """The browser keeps the text of a draft under its session and the person's preferences, and no token."""
    panel = open_page(page, lab, lab.notebook("kept.ipynb"))
    panel.part("send-with").click()
    panel.part("composer").fill("half a thought")
    page.wait_for_function("() => Object.keys(localStorage).length >= 2")
    kept = json.loads(page.evaluate("JSON.stringify(localStorage)"))
    assert sorted(re.sub(r"[0-9a-f-]{36}", "ID", key) for key in kept) == ["jcw:draft:ID", "jcw:preferences"]
    panel.part("composer").press("Enter")
    expect(panel.part("composer")).to_have_value("half a thought\n")
    panel.part("composer").press("Control+Enter")
    expect(panel.root.locator(ENDED)).to_have_count(1, timeout=PATIENCE)
