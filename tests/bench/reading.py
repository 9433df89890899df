"""What a long reply costs the page while it streams, against a bare page that only appends its text."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from figures import Table
from panel import PROBE, browser
from playwright.async_api import Browser, CDPSession, async_playwright
from stage import Stage

sys.path.append(str(Path(__file__).parents[1] / "e2e"))

from scripted import PREFIX, SESSION, Scripted

SIZE = 100_000  # characters
CODE_SIZE = 90_000
QUICK_SIZE = 16_000
RATE = 800  # characters a second: 200 tokens
EVERY = 0.025  # seconds between two frames
METRICS = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")
FRAMES = "window.framed = 0; (function count() { window.framed++; requestAnimationFrame(count); })();"
BARE = """<!DOCTYPE html><title>Bare</title><pre style="white-space: pre-wrap"></pre><script>
const place = document.querySelector("pre");
const socket = new WebSocket(`ws://${location.host}%s/api/sessions/%s/channel`);
socket.onmessage = ({ data }) => {
  const frame = JSON.parse(data);
  if (frame.type === "text") requestAnimationFrame(() => {
    place.append(frame.text);
    scrollTo(0, document.body.scrollHeight);
  });
};
</script>"""


class _Bare(Scripted):
    """The same server with the bare page."""

    def page(self) -> str:
        return BARE % (PREFIX, SESSION)


async def run(stage: Stage) -> Table:
    """Each text once in the panel and once in the bare page, one after the other."""
    table = Table(
        "A reply streams at 200 tokens a second. Aim: no long task (> 50 ms) in the panel.",
        "text", "page", "long tasks", "longest (ms)", "script (CPU s)", "layout and style (CPU s)",
        "all tasks (CPU s)",
        "frames drawn", "of",
    )  # fmt: skip
    size, code_size = (QUICK_SIZE, QUICK_SIZE) if stage.quick else (SIZE, CODE_SIZE)
    texts = {"markdown": markdown(size), "one code block": code(code_size)}
    async with async_playwright() as playwright:
        chromium = await browser(playwright)
        for name, text in texts.items():
            for page in ("bare", "panel"):
                found = await _stream(chromium, text, bare=page == "bare")
                table.row(f"{name}, {len(text):,} characters", page, *found)
        await chromium.close()
    return table


async def _stream(chromium: Browser, text: str, *, bare: bool) -> list[str]:
    server = (_Bare() if bare else Scripted()).start()
    context = await chromium.new_context(viewport={"width": 900, "height": 700})
    page = await context.new_page()
    await page.add_init_script(path=PROBE)
    await page.add_init_script(FRAMES)
    await page.goto(server.url)
    if not bare:
        await page.wait_for_selector("[data-jcw=panel][data-state=ready]")
    await asyncio.sleep(2)
    inspector = await context.new_cdp_session(page)
    # CPU time of the page's thread: whatever else the machine does is not in it, as it is in the long tasks.
    await inspector.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.evaluate("__bench.begin(); framed = 0")
    before = await _metrics(inspector)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, frame in enumerate(_frames(text)):
        await asyncio.sleep(max(0.0, began + number * EVERY - loop.time()))
        await asyncio.to_thread(server.say, [frame])
    await asyncio.sleep(0.5)
    took = loop.time() - began
    after = await _metrics(inspector)
    long, drawn = await page.evaluate("[__bench.long, framed]")
    shown = await page.evaluate("document.body.textContent.length")
    assert shown > len(text) * 0.8, f"only {shown} of {len(text)} characters arrived"
    await context.close()
    await asyncio.to_thread(server.stop)
    spent = {name: after[name] - before[name] for name in METRICS}
    layout = spent["LayoutDuration"] + spent["RecalcStyleDuration"]
    return [
        str(len(long)), f"{max((duration for _, duration in long), default=0):.0f}", f"{spent['ScriptDuration']:.2f}",
        f"{layout:.2f}", f"{spent['TaskDuration']:.2f}", str(drawn), f"{took * 60:.0f}",
    ]  # fmt: skip


def _frames(text: str) -> Iterator[dict[str, Any]]:
    origin = {"kind": "prompt", "prompt": "p", "user": "bench"}
    yield {"type": "turn_started", "turn": "t", "text": "?", "attachments": [], "mentions": [], "origin": origin}
    step = int(RATE * EVERY)
    for at in range(0, len(text), step):
        yield {"type": "text", "turn": "t", "message": "m", "block": 0, "text": text[at : at + step]}


async def _metrics(inspector: CDPSession) -> dict[str, float]:
    answer = await inspector.send("Performance.getMetrics")
    return {metric["name"]: metric["value"] for metric in answer["metrics"]}


def code(size: int) -> str:
    """One code block of about so many characters."""
    lines: list[str] = []
    while sum(map(len, lines)) < size:
        number = len(lines)
        lines.append(f'value_{number} = compute({number}, "text {number}", flag=True)  # line {number}\n')
    return f"```python\n{''.join(lines)}```\n"


def markdown(size: int) -> str:
    """What a reply is made of, again and again, with other words each time."""
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        parts.append(_section(len(parts)))
    return "".join(parts)


def _section(number: int) -> str:
    words = " ".join(f"word{number + index}" for index in range(40))
    rows = "".join(f"| row {row} | {row * number} | `x{row}` |\n" for row in range(12))
    items = "".join(f"- item {item} with **bold** words and $x_{{{item}}}$\n" for item in range(6))
    lines = "".join(f"    x{line} = f({line}, 'text')  # line\n" for line in range(20))
    return (
        f"## Section {number}\n\n{words}, and a [link](https://a.example/{number}) and `code`.\n\n{items}\n"
        f"| a | b | c |\n|:--|--:|---|\n{rows}\n```python\ndef f{number}():\n{lines}```\n\n"
        f"$$\n\\sum_{{i=1}}^{{{number}}} \\frac{{x_i}}{{n}} = \\int_0^1 f(x)\\,dx\n$$\n\n"
    )
