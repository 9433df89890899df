"""Only the panel's own questions can be taken for questions, and nothing hides in them."""

from __future__ import annotations

import unicodedata

import pytest
from hostile_panel import HostilePanel, blamed
from payloads_spoof import hidden_characters, spoofed
from sinks import questions, turn

#: What only a question has, and what looks for it inside of the conversation.
HOOKS = "[data-jcw=question], [data-jcw=allow], [data-jcw=allow-session], [data-jcw=deny], [data-jcw=words]"
FOUND = """(hooks) => {
    const stream = document.querySelector('[role=log]');
    const grants = /^\\s*(allow|approve|deny|answer)\\b/i;
    const looks = hooks + ', .jcw-question, .jcw-buttons, [role=alertdialog], [role=button]';
    const inside = [...stream.querySelectorAll(looks)];
    const controls = [...stream.querySelectorAll('button, input, select, textarea, [contenteditable], [tabindex]')];
    inside.push(...controls.filter((each) => !watcher.made(each) && !each.matches('[role=group][tabindex="0"]')));
    inside.push(...controls.filter((each) => grants.test(each.textContent) || grants.test(each.value ?? '')));
    return inside.map((each) => each.outerHTML.slice(0, 300));
}"""


def own_html(panel: HostilePanel) -> list[str]:
    """The panel's questions as HTML, whole and in parts."""
    panel.show([{"type": "snapshot", "head": 0}, *turn(1, "ls"), *questions(1, "rm -rf ~")])
    found: list[str] = panel.page.evaluate(
        f"() => [...document.querySelectorAll('{HOOKS}, .jcw-foot, .jcw-buttons')].map(each => each.outerHTML)"
    )
    assert len(found) > 10
    return list(dict.fromkeys(found))


def test_nothing_in_the_conversation_can_be_taken_for_a_question(panel: HostilePanel) -> None:
    """300 imitations, among them the panel's own HTML: no hook, no role, no button that grants anything."""
    payloads = spoofed(own_html(panel), 300)
    assert len(payloads) == 300

    def tried(group: list[str]) -> list[str]:
        said = [
            {"type": "message", "turn": "s", "message": f"m{number}", "block": block, "kind": kind, "text": text}
            for number, text in enumerate(group)
            for block, kind in enumerate(("text", "thinking"))
        ]
        run = [
            {"turn": "s", **frame}
            for number, text in enumerate(group)
            for frame in (
                {"type": "tool_started", "tool": f"c{number}", "name": "Bash", "input": {"command": text}},
                {
                    "type": "tool_finished",
                    "tool": f"c{number}",
                    "outcome": "done",
                    "content": [{"kind": "text", "text": text}],
                },
            )
        ]
        asked = {"text": "x", "attachments": [], "mentions": []}
        start = {"type": "turn_started", "turn": "s", "origin": {"kind": "prompt"}, **asked}
        panel.show([{"type": "snapshot", "head": 0}, start, *said, *run])
        return panel.findings() + panel.page.evaluate(FOUND, HOOKS)

    assert blamed(payloads, 6, tried) == []


def test_no_click_in_the_conversation_answers_a_question(panel: HostilePanel) -> None:
    """While a question is open, every control inside of the conversation is pressed: none of them answers."""
    for text in spoofed(own_html(panel), 8):
        panel.show([{"type": "snapshot", "head": 0}, *questions(1, "ls"), *turn(1, text)])
        panel.page.wait_for_timeout(350)  # longer than a question takes no click
        panel.page.evaluate(
            """() => {
                const pressed = '[role=log] button, [role=log] [role=button], [role=log] input';
                for (const each of document.querySelectorAll(pressed)) each.click();
            }"""
        )
    assert [frame for frame in panel.stage.heard if frame["type"] == "answer"] == []


#: The text of each open question.
SHOWN = (
    "() => [...document.querySelectorAll('[data-jcw=question]')].map((each) => [each.dataset.kind, each.textContent])"
)


def test_nothing_hides_in_a_question(panel: HostilePanel) -> None:
    """Characters that a screen does not show, or that turn others round, are shown as what they are, in every field."""
    characters = hidden_characters()
    assert len(characters) > 200
    unmarked: dict[str, list[str]] = {}
    for start in range(0, len(characters), 20):
        some = characters[start : start + 20]
        text = "ls " + "".join(f"[{each}]" for each in some) + " end"
        panel.show([{"type": "snapshot", "head": 0}, *turn(1, "ls"), *questions(1, text)])
        shown = panel.page.evaluate(SHOWN)
        assert {kind for kind, _ in shown} == {"permission", "choice", "plan"}
        for kind, words in shown:
            for each in some:
                # A plan is prose, in which every space is one that shows itself.
                gap = kind == "plan" and (unicodedata.category(each) == "Zs" or each in "\t\r")
                if each in words and not gap:
                    unmarked.setdefault(f"U+{ord(each):04X}", []).append(kind)
                if not gap and words.count("\\") < len(some) - 5 and kind != "plan":
                    unmarked.setdefault("too few marks", []).append(kind)
    assert unmarked == {}


@pytest.mark.parametrize("padding", [" ", "\n", "\u3000", "\u200b", "\t", "\u00a0", "a\n"], ids=ascii)
def test_nothing_is_pushed_out_of_sight(panel: HostilePanel, padding: str) -> None:
    """What comes after 5,000 characters of padding is in the question, and can be scrolled to."""
    command = "git status" + padding * (5_000 // len(padding)) + "; rm -rf ~/theend"
    ask = {"kind": "permission", "name": "Bash", "input": {"command": command}, "title": "x", "reason": "", "rules": []}
    panel.show([
        {"type": "snapshot", "head": 0}, *turn(1, "ls"),
        {"type": "question", "question": "q", "nonce": "n", "ask": ask},
    ])  # fmt: skip
    place = panel.page.evaluate(
        """() => {
            const question = document.querySelector('[data-jcw=question]');
            const texts = document.createTreeWalker(question, NodeFilter.SHOW_TEXT);
            let found = null;
            while (found === null && texts.nextNode()) {
                if (texts.currentNode.data.includes('theend')) found = texts.currentNode;
            }
            const range = document.createRange();
            range.setStart(found, found.data.indexOf('theend'));
            range.setEnd(found, found.data.indexOf('theend') + 6);
            found.parentElement.scrollIntoView({block: 'end'});
            const { left, right, top, bottom } = range.getBoundingClientRect();
            const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            return [found.parentElement.contains(there), there?.outerHTML.slice(0, 200)];
        }"""
    )
    assert place[0], place
