"""Everybody can use the panel: axe finds nothing wrong with any of its states, and the keyboard reaches everything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from panel_states import STATES, Shown, ended, started
from playwright.sync_api import Browser, Page
from scripted import Scripted

AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
#: Look → the folder of JupyterLab's theme, whether it is a light one, and the width of the page.
LOOKS = {
    "light": ("theme-light-extension", "true", 900),
    "dark": ("theme-dark-extension", "false", 900),
    "high contrast": ("theme-dark-high-contrast-extension", "false", 900),
    "narrow": ("theme-light-extension", "true", 300),
    "without a theme, light": ("", "", 900),
    "without a theme, dark": ("", "", 900),
}


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker's script; installed with the panel's other development tools."""
    if not AXE.is_file():
        if os.environ.get("JCW_REQUIRE_BROWSER"):
            pytest.fail("axe-core is required here and was not found: `cd js && npm ci`.")
        pytest.skip("no axe-core: `cd js && npm ci`")
    return AXE.read_text()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A tab in which nothing moves, so that no colour is seen on its way to another."""
    context = chromium.new_context(reduced_motion="reduce")
    made = context.new_page()
    made.set_default_timeout(20_000)
    yield made
    context.close()


def put_on(page: Page, look: str) -> None:
    """Change the theme and the width of the page."""
    folder, light, width = LOOKS[look]
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if light == "false" or look.endswith("dark") else "light")
    page.evaluate(
        """([folder, light]) => new Promise((done) => {
            const { body, head } = document;
            head.querySelector('#theme')?.remove();
            delete body.dataset.jpThemeLight;
            if (!folder) return done();
            body.dataset.jpThemeLight = light;
            const sheet = Object.assign(document.createElement('link'), {id: 'theme', rel: 'stylesheet', onload: done});
            sheet.href = `/themes/${folder}/index.css`;
            head.append(sheet);
        })""",
        [folder, light],
    )
    page.wait_for_timeout(50)


def wrong(page: Page, axe: str) -> list[str]:
    """What axe has to say, a line for each element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html'][:160]} | {node['failureSummary'].splitlines()[1].strip()[:220]}"
        for rule in found["violations"]
        for node in rule["nodes"][:6]
    ]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(page: Page, stage: Scripted, axe: str, state: str) -> None:
    """In JupyterLab's light, dark and high-contrast themes, in a narrow panel, and without a theme.

    Where the system forces its own colours, nothing is drawn in the colour of its ground.
    """
    page.set_viewport_size({"width": 900, "height": 800})
    STATES[state](Shown.open(page, stage))
    found = {}
    for look in LOOKS:
        put_on(page, look)
        found[look] = wrong(page, axe)
    assert {look: lines for look, lines in found.items() if lines} == {}
    assert {scheme: lines for scheme in ("light", "dark") if (lines := unseen(page, scheme))} == {}


#: Texts and pictures that are hardly told from their ground. axe does not look where the system forces its colours.
UNSEEN = """() => {
    const pot = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const light = (...colours) => { // of colours that lie over each other
        for (const colour of ['Canvas', ...colours]) {
            pot.fillStyle = colour;
            pot.fillRect(0, 0, 1, 1);
        }
        const linear = (part) => (part <= 0.04 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = [...pot.getImageData(0, 0, 1, 1).data].map((part) => linear(part / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const grounds = (each) => (each ? [...grounds(each.parentElement), getComputedStyle(each).backgroundColor] : []);
    const told = (colour, element) => {
        const ground = grounds(element);
        const [dark, bright] = [light(...ground), light(...ground, colour)].sort((one, other) => one - other);
        return (bright + 0.05) / (dark + 0.05) >= 3;
    };
    const writes = (element) => [...element.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    const lost = (each) => {
        const { color, stroke } = getComputedStyle(each);
        const drawn = each.localName === 'svg' && stroke !== 'none';
        return (writes(each) && !told(color, each)) || (drawn && !told(stroke, each));
    };
    return [...document.querySelectorAll('.jcw-panel *')]
        .filter((each) => each.checkVisibility({visibilityProperty: true, opacityProperty: true}) && lost(each))
        .map((each) => each.outerHTML.slice(0, 160));
}"""


def unseen(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    """What disappears where the system forces its own colours."""
    page.emulate_media(color_scheme=scheme, forced_colors="active")
    found: list[str] = page.evaluate(UNSEEN)
    return found


#: Where the focus is, whether it is seen there, and everything that it should come to.
FOCUS = """() => {
    const now = document.activeElement;
    if (now === null || now === document.body) return null;
    now.dataset.reached = '';
    const { outlineStyle, boxShadow } = getComputedStyle(now);
    const seen = outlineStyle !== 'none' || boxShadow !== 'none' || now.matches('textarea'); // whose frame shows it
    return [now.outerHTML.slice(0, 120), seen];
}"""
CONTROLS = "[data-jcw=panel] :is(button, input, textarea, select, a[href], [tabindex])"
UNREACHED = """(controls) => [...document.querySelectorAll(controls)]
    .filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({visibilityProperty: true}))
    .filter((each) => !('reached' in each.dataset) && each.type !== 'radio' && each.type !== 'file')
    .map((each) => each.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("state", ["reply", "tools-unfolded", "permission", "choice", "plan", "failed"])
def test_the_keyboard_reaches_everything_and_leaves_again(page: Page, stage: Scripted, state: str) -> None:
    """Tab comes to every control, each shows that it has the focus, and none keeps it."""
    page.set_viewport_size({"width": 900, "height": 3000})
    STATES[state](Shown.open(page, stage))
    page.evaluate("document.activeElement?.blur()")
    unseen = []
    for _ in range(200):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        if not focus[1]:
            unseen.append(focus[0])
    else:
        pytest.fail("Tab does not lead out of the panel")
    assert unseen == []
    assert page.evaluate(UNREACHED, CONTROLS) == []


def test_a_screen_reader_is_told_states_and_not_words(page: Page, stage: Scripted) -> None:
    """While a reply of two hundred pieces streams, the live regions change no more than a few times."""
    shown = Shown.open(page, stage)
    page.evaluate(
        """() => {
            window.said = [];
            const regions = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]';
            new MutationObserver((changes) => {
                for (const { target } of changes) {
                    const region = (target.nodeType === 1 ? target : target.parentElement)?.closest(regions);
                    if (region) said.push(region.textContent);
                }
            }).observe(document.body, {subtree: true, childList: true, characterData: true});
        }"""
    )
    shown.say([started("t1", "Go")], "running")
    for piece in range(200):
        stage.say([{"type": "text", "turn": "t1", "message": "m", "block": 0, "text": f"word{piece} "}])
    shown.say([ended("t1")])
    said = page.evaluate("said")
    assert 1 <= len(said) <= 4
    assert not any("word" in each for each in said)
