"""The states in which a person meets the panel, each as a page that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page
from scripted import WELCOME, Scripted
from sinks import PICTURE, TOOLS, Frame, api, asks, edits, foot, running

REPLY = """# The penguins

Two rows hold **grams** where the others hold *kilograms*; see [the data](https://a.example/penguins) and `x.csv`.

| species | mass | flipper |
|:--|--:|:-:|
| Adelie | 3750 | 181 |
| Gentoo | 5000 | 217 |

- [x] read
- [ ] plot

> The mean is $\\\\bar{x} = \\\\frac{1}{n}\\\\sum x_i$.

$$\\\\int_0^1 x^2\\\\,dx = \\\\frac{1}{3}$$

```python
import pandas as pd  # the table
data = pd.read_csv("penguins.csv", sep=",")
print(data["mass"].mean() * 1.5 if True else None)
```

![A plot](https://a.example/plot.png) and <b>raw</b> HTML.

1. one
2. two
   - inner
""".replace("\\\\", "\\")
USAGE = {
    "input_tokens": 2100, "output_tokens": 812, "cache_read_tokens": 14200, "cache_write_tokens": 320,
    "cost_usd": 0.0132, "context_window": 200000, "context_tokens": 166200,
}  # fmt: skip
_DRAWN = """(mark) => new Promise((done, failed) => {
    const end = performance.now() + 15000;
    const look = () => {
        const there = document.querySelector('[data-jcw=panel]')?.dataset.state === mark;
        if (there && !document.querySelector('.jcw-md-source')) setTimeout(done, 120);
        else if (performance.now() > end) failed(new Error('the panel did not come to ' + mark));
        else requestAnimationFrame(look);
    };
    look();
})"""


@dataclass
class Shown:
    """A page with a panel, and the server behind it."""

    page: Page
    stage: Scripted

    @classmethod
    def open(cls, page: Page, stage: Scripted, **welcome: Any) -> Shown:
        stage.welcome = {**WELCOME, **welcome}
        stage.answers = api([(1, "Find the outliers"), (2, "Plot the mass by species")])
        page.goto(stage.url)
        page.wait_for_selector("[data-jcw=panel][data-link=open]")
        return cls(page, stage)

    def say(self, frames: Iterable[Frame], state: str = "ready") -> Shown:
        self.stage.say([*frames, {"type": "state", "state": state}])
        self.page.evaluate(_DRAWN, state)
        return self

    def part(self, name: str) -> Any:
        return self.page.locator(f"[data-jcw={name}]").first


def started(name: str, text: str) -> Frame:
    return {
        "type": "turn_started",
        "turn": name,
        "origin": {"kind": "prompt", "prompt": f"p-{name}", "user": "Ann"},
        "text": text,
        "attachments": [
            {"name": "plot.png", "content": PICTURE},
            {"name": "notes.txt", "content": {"kind": "text", "text": "grams"}},
        ],
        "mentions": [],
    }


def ended(name: str, why: str = "completed", **more: Any) -> Frame:
    return {"type": "turn_ended", "turn": name, "why": why, "usage": USAGE, "duration_ms": 21400, "model": "m", **more}


def reply(name: str, text: str = REPLY) -> list[Frame]:
    thought = {"type": "message", "turn": name, "message": f"m-{name}", "block": 0, "kind": "thinking", "text": "Hm."}
    said = {**thought, "block": 1, "kind": "text", "text": text}
    return [started(name, "Why is the mean of `mass` so high?"), thought, said, ended(name)]


def tools(name: str) -> list[Frame]:
    frames: list[Frame] = [started(name, "Use every tool")]
    outcomes = ("done", "failed", "denied", "interrupted")
    for index, (tool, made) in enumerate(TOOLS.items()):
        content = [{"kind": "text", "text": "\x1b[32mgreen\x1b[0m and \x1b[1;31mred\x1b[0m\n" + "line\n" * 60}]
        frames += [
            {"type": "tool_started", "tool": tool, "name": tool, "input": made("data/penguins.csv")},
            {"type": "tool_finished", "tool": tool, "outcome": outcomes[index % 4], "content": content, "omitted": 7},
        ]
    frames += [
        {"type": "tool_started", "tool": "task", "name": "Task", "input": {"description": "Look", "prompt": "Look"}},
        {"type": "tool_started", "tool": "in", "name": "Bash", "input": {"command": "ls"}, "parent": "task"},
        {"type": "tool_finished", "tool": "in", "outcome": "done", "content": [PICTURE], "parent": "task"},
        {"type": "tool_finished", "tool": "task", "outcome": "done", "content": [{"kind": "text", "text": "Seen."}]},
    ]
    return [{"turn": name, **frame} for frame in frames] + [ended(name)]


def unfolded(shown: Shown) -> Shown:
    for _ in range(3):
        shown.page.evaluate(
            "for (const each of document.querySelectorAll('[data-jcw=turn] [aria-expanded=false]')) each.click()"
        )
        shown.page.wait_for_timeout(100)
    return shown


def asking(shown: Shown, kinds: list[dict[str, Any]]) -> Shown:
    frames = [
        {"type": "question", "turn": "t1", "question": f"q{index}", "nonce": "n", "ask": ask}
        for index, ask in enumerate(kinds)
    ]
    return shown.say([started("t1", "Go"), *frames], "waiting")


def hidden(shown: Shown) -> Shown:
    text = "git status\u202e\u200b\t && rm -rf / #" + " " * 200 + "x\u0430y"
    return asking(shown, asks(text))


def failed(shown: Shown) -> Shown:
    problem = {"code": "authentication", "text": "The API refused the key (401).", "remedy": "Set a valid key."}
    frames = [
        started("t1", "Go"),
        ended("t1", "interrupted"),
        started("t2", "Go"),
        ended("t2", "cut"),
        started("t3", "Go"),
        ended("t3", "failed", problem=problem, prompt_kept=True),
        *foot([(1, "The API is overloaded (529)."), (2, "Nearly at the limit."), (3, "The key is refused.")])[2:],
    ]
    shown.stage.say([*frames, {"type": "state", "state": "failed", "problem": problem}])
    shown.page.evaluate(_DRAWN, "failed")
    return shown


def lost(shown: Shown) -> Shown:
    """The connection is gone, and what was sent meanwhile waits."""
    shown.say(reply("t1"))
    shown.stage.answers["refuse"] = True
    shown.page.evaluate("() => new Promise(done => setTimeout(done, 10))")
    shown.stage.hang_up()
    shown.page.wait_for_selector("[data-jcw=panel]:not([data-link=open])")
    shown.part("composer").fill("Are you there?")
    shown.part("composer").press("Enter")
    shown.page.wait_for_timeout(1500)
    shown.stage.answers.pop("refuse")
    return shown


def opened(opener: str) -> Callable[[Shown], Shown]:
    def state(shown: Shown) -> Shown:
        shown.say(reply("t1"))
        shown.part(opener).click()
        shown.page.wait_for_timeout(300)
        return shown

    return state


def finding(shown: Shown) -> Shown:
    shown.say(reply("t1"))
    shown.part("viewport").press("Control+f")
    shown.part("find-input").fill("penguins")
    shown.page.wait_for_timeout(300)
    return shown


def removing(shown: Shown) -> Shown:
    opened("conversations")(shown)
    shown.part("conversation-delete").click()
    shown.page.wait_for_timeout(200)
    return shown


def completing(shown: Shown) -> Shown:
    shown.stage.answers["offers"]["commands"].append(
        {"name": "compact", "description": "Make the context shorter", "argument_hint": "[what to keep]", "aliases": []}
    )
    shown.say(reply("t1"))
    shown.part("composer").press_sequentially("/c")
    shown.part("completion").wait_for()
    return shown


def agent(name: str, **more: Any) -> dict[str, Any]:
    """An agent file as the server describes it."""
    own = {
        "schema_version": 1, "name": name, "description": "Helps with figures.", "prompt": "Be kind.\u202e\nBe brief.",
        "tools": ["Read", "Bash"], "disallowed_tools": [], "model": None, "effort": "low", "max_turns": None,
        "color": None, "starters": ["What is here?"], "created": None, "modified": None,
    }  # fmt: skip
    about = {"path": f"analysis/{name}.agent.json", "etag": '"1"', "problem": None, "read_only": False}
    return {"name": name, "agent": own, "accepted": False, **about, **more}


def drafting(shown: Shown) -> Shown:
    """An interview beside the draft, with all of its fields."""
    Shown.open(shown.page, shown.stage, context="agent-create")
    fields = {"name": "Penguin Helper", "description": "Helps.", "tools": ["Read", "mcp__db__query"], "starters": ["A"]}
    shown.say([*reply("t1"), {"type": "agent_draft", "fields": fields, "by": "claude"}])
    shown.part("bench").wait_for(state="attached")
    tab = shown.part("tab-agent")
    tab.wait_for()
    tab.click()
    shown.part("draft-more").click()
    return shown


def choosing(shown: Shown) -> Shown:
    """The agents next to the notebook: one in use, one that nobody looked at, one that cannot be read."""
    broken = {"agent": None, "problem": {"code": "agent_invalid", "text": "It is no JSON.", "remedy": "Mend it."}}
    foreign = agent("foreign")
    shown.stage.answers |= {
        "agents": {"agents": [agent("own", accepted=True), foreign, agent("broken", **broken)]},
        "agents/foreign": foreign,
        "agents/own": agent("own", accepted=True),
    }
    settings = {"mode": "default", "model": None, "effort": None, "agent": "own"}
    shown.say([{"type": "configured", "title": "Penguins", "settings": settings}])
    shown.part("starter").wait_for()
    shown.part("agent").click()
    shown.page.locator("[data-jcw=agent-row]").nth(2).wait_for()
    return shown


def reviewing(shown: Shown) -> Shown:
    """Somebody else's agent, before it may run."""
    choosing(shown)
    shown.page.locator("[data-jcw=agent-row][data-name=foreign] [data-jcw=agent-choose]").click()
    shown.part("review-use").wait_for()
    return shown


STATES: dict[str, Callable[[Shown], Shown]] = {
    "empty": lambda shown: shown,
    "reply": lambda shown: unfolded(shown.say(reply("t1"))),
    "streaming": lambda shown: shown.say([*reply("t1"), *running(2, "Two rows hold **grams** ")], "running"),
    "tools": lambda shown: shown.say(tools("t1")),
    "tools-unfolded": lambda shown: unfolded(shown.say(tools("t1"))),
    "permission": lambda shown: asking(shown, asks("git status --short")[:1]),
    "edits": lambda shown: asking(shown, edits("data/penguins.csv")),
    "choice": lambda shown: asking(shown, asks("Which plot do you want?")[1:2]),
    "plan": lambda shown: asking(shown, [{"kind": "plan", "plan": REPLY}]),
    "hidden-characters": hidden,
    "failed": failed,
    "lost": lost,
    "queue-and-list": lambda shown: shown.say(
        [*running(1, "Go"), *foot([(1, "Then plot it"), (2, "And save it"), (3, "Done")])[:2]], "running"
    ),
    "conversations": opened("conversations"),
    "model": opened("model"),
    "effort": opened("effort"),
    "mode": opened("mode"),
    "gauge": opened("gauge"),
    "finding": finding,
    "renaming": opened("title"),
    "editing-a-prompt": opened("edit"),
    "removing": removing,
    "completing": completing,
    "drafting": drafting,
    "choosing-an-agent": choosing,
    "reviewing-an-agent": reviewing,
}
