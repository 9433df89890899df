"""A conversation of 1,000 turns in the panel: opening it, scrolling in it, and what a turn costs of memory.

No CLI: it would take hours. The frames are written by `long_conversation.py` and sent by a server on loopback
(`scripted_wire.py`) to the built panel on a page of its own.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import long_conversation
from figures import Table, quantile, spread
from panel import browser
from playwright.async_api import Browser, CDPSession, Page, async_playwright
from scripted_wire import ScriptedWire
from stage import Stage

PROBE = Path(__file__).with_name("wire_probe.js")
VIEWPORT = ".jcw-viewport"
TURNS = 1_000
MORE = 2_000
BATCH = 50
FRAME_MS = 1000 / 60
# As high as the conversation, with nothing but text in it: what scrolling costs on this machine at the least.
FLOOR = """height => {
  const box = document.body.appendChild(document.createElement("div"));
  box.className = "floor";
  box.style.cssText = "height: 600px; overflow: auto";
  for (let line = 0; line < height / 18; line++) box.append(`line ${line} of plain text`, document.createElement("br"));
}"""


async def run(stage: Stage) -> Table:
    """Open, scroll and grow; each in a new page."""
    table = Table(
        f"{TURNS:,} turns of prose, code, tables and tool cards. Aims: open < 300 ms, 60 frames/s, < 1 KB a turn.",
        "what", "n", "figures",
    )  # fmt: skip
    async with async_playwright() as playwright:
        chromium = await browser(playwright)
        with ScriptedWire(long_conversation.frames(TURNS)) as wire:
            await _open(table, chromium, wire, stage.runs)
            await _scroll(table, chromium, wire, 300 if stage.quick else 1_200)
        await _grow(table, chromium, 500 if stage.quick else MORE)
        await chromium.close()
    return table


async def _open(table: Table, chromium: Browser, wire: ScriptedWire, runs: int) -> None:
    found = []
    for _ in range(runs):
        async with _page(chromium, wire) as (page, cdp):
            before = await _busy(cdp)
            times = await _release(page, TURNS)
            busy = await _busy(cdp) - before
            found.append({**times, "busy": busy, "long": max(await page.evaluate("__wire.long"), default=0)})
    for name, words in (
        ("folded", "frames read and folded (ms)"),
        ("shown", "until the newest turn is on the page (ms)"),
        ("settled", "until nothing changes any more (ms)"),
        ("busy", "main thread busy until 400 ms after that (ms)"),
        ("long", "longest task (ms)"),
    ):
        table.row(f"open: {words}", str(runs), spread([one[name] for one in found]))


async def _scroll(table: Table, chromium: Browser, wire: ScriptedWire, frames: int) -> None:
    async with _page(chromium, wire) as (page, _):
        await _release(page, TURNS)
        height = await page.evaluate(f"document.querySelector('{VIEWPORT}').scrollHeight")
        for pixels in (-60, -300, 60):
            await page.evaluate("__wire.long.length = 0")
            gaps = await page.evaluate(f"__wire.scroll(document.querySelector('{VIEWPORT}'), {pixels}, {frames})")
            long = len(await page.evaluate("__wire.long"))
            table.row(f"scroll: {pixels:+d} px a frame", str(frames), f"{_paced(gaps)}, {long} long tasks")
        await page.evaluate(FLOOR, height)
        gaps = await page.evaluate(f"__wire.scroll(document.querySelector('.floor'), 60, {frames})")
        table.row("scroll: plain text, for comparison", str(frames), _paced(gaps))


async def _grow(table: Table, chromium: Browser, turns: int) -> None:
    warm = 300  # what the engine compiles and the page loads with the first turns is not theirs
    with ScriptedWire(long_conversation.frames(10)) as wire:
        async with _page(chromium, wire) as (page, cdp):
            await _release(page, 10)
            await _stream(page, wire, 10, warm)
            before = await _heap(cdp)
            await _stream(page, wire, warm, warm + turns)
            drawn = await page.locator("[data-jcw=turn]").count()
            grown = await _heap(cdp) - before
            # The same blocks, parsed and kept in the same page: what the data is by itself.
            before = await _heap(cdp)
            await page.evaluate("window.__data = []")
            for first in range(warm, warm + turns, BATCH):
                texts = [json.dumps(frame) for frame in long_conversation.frames(BATCH, first)]
                await page.evaluate("texts => __data.push(texts.map((text) => JSON.parse(text)))", texts)
            data = await _heap(cdp) - before
    table.row("grow: heap a turn (bytes)", str(turns), f"{grown / turns:.0f}, {drawn} turns drawn at the end")
    table.row("grow: of it the frames themselves (bytes)", str(turns), f"{data / turns:.0f}")


async def _stream(page: Page, wire: ScriptedWire, first: int, end: int) -> None:
    """Turns as they happen, their replies in pieces. No handle is kept: it would keep what it points to alive."""
    for begin in range(first, end, BATCH):
        count = min(BATCH, end - begin)
        wire.say(*long_conversation.streamed(long_conversation.frames(count, begin)))
        await page.wait_for_function(f"() => document.querySelector('[data-turn=t{begin + count - 1}]') !== null")


@asynccontextmanager
async def _page(chromium: Browser, wire: ScriptedWire) -> AsyncIterator[tuple[Page, CDPSession]]:
    context = await chromium.new_context(viewport={"width": 900, "height": 700})
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("Performance.enable")
    await page.add_init_script(path=PROBE)
    await page.goto(wire.url)
    await page.wait_for_selector("[data-jcw=composer]")
    yield page, cdp
    await context.close()


async def _release(page: Page, turns: int) -> dict[str, float]:
    # Three frames at least for each turn, and what opens the channel.
    await page.wait_for_function(f"() => __wire.held.length > {turns * 3}")
    await page.wait_for_timeout(1_000)
    found: dict[str, float] = await page.evaluate(f"__wire.release('t{turns - 1}')")
    return found


async def _busy(cdp: CDPSession) -> float:
    metrics = (await cdp.send("Performance.getMetrics"))["metrics"]
    return 1000 * next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


async def _heap(cdp: CDPSession) -> float:
    await cdp.send("HeapProfiler.enable")
    for _ in range(3):
        await cdp.send("HeapProfiler.collectGarbage")
    return float((await cdp.send("Runtime.getHeapUsage"))["usedSize"])


def _paced(gaps: list[float]) -> str:
    rate = 1000 * len(gaps) / sum(gaps)
    late = sum(gap > 1.5 * FRAME_MS for gap in gaps)
    return f"{rate:.1f} frames/s, 99 % under {quantile(gaps, 0.99):.0f} ms, {late} late"
