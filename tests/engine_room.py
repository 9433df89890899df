"""Sessions without a web server: a real engine, registry and CLI on the demo model, and a client that sees all."""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from jupyter_claude_workspace.config import ClaudeWorkspace
from jupyter_claude_workspace.demo.scenario import SHIPPED
from jupyter_claude_workspace.demo.thread import DemoThread
from jupyter_claude_workspace.notebook.access import Notebooks
from jupyter_claude_workspace.protocol import codec
from jupyter_claude_workspace.protocol.frames import (
    Answer,
    Down,
    Message,
    Prompt,
    Question,
    StateChanged,
    Text,
    TurnEnded,
)
from jupyter_claude_workspace.session.engine import Engine
from jupyter_claude_workspace.session.info import SessionInfo
from jupyter_claude_workspace.session.journal import Subscription
from jupyter_claude_workspace.session.registry import Registry

TESTS = Path(__file__).parent / "scenarios"
PATIENCE = 60.0  # seconds; a slow machine must not look like a bug


class Reader:
    """What the model reads: hand it to the demo model as `asking`."""

    def __init__(self) -> None:
        self.last: list[str] = []  # the texts of the last request that are not the model's own

    def __call__(self, _name: str, _attempt: int, body: dict[str, Any]) -> None:
        said = [message["content"] for message in body["messages"] if message["role"] != "assistant"]
        blocks = [block for content in said for block in ([content] if isinstance(content, str) else content)]
        self.last = [block if isinstance(block, str) else block.get("text") or str(block) for block in blocks]

    def count(self, words: str) -> int:
        """How often the last request has these words."""
        return "\n".join(self.last).count(words)


class Client:
    """One listener. `frames` holds all that came, from the first instant on."""

    def __init__(self, room: Room, session_id: str) -> None:
        self.room = room
        self.session_id = session_id
        self.frames: list[Any] = []
        self._subscription: Subscription
        self._news = asyncio.Event()
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None]

    async def join(self, since: int | None = None) -> Client:
        loop = asyncio.get_running_loop()
        notify = lambda: loop.call_soon_threadsafe(self._news.set)  # noqa: E731
        self._subscription = await self.room.run(self.room.registry.subscribe(self.session_id, since, notify))
        self._task = asyncio.create_task(self._gather())
        return self

    async def leave(self) -> None:
        self._subscription.close()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _gather(self) -> None:
        while True:
            self._news.clear()
            got = self._subscription.take()
            if got is None:
                got = await self.room.run(self._subscription.resync())
            if got:
                async with self._changed:
                    self.frames += [codec.load_server_frame(text) for text in got]
                    self._changed.notify_all()
            else:
                await self._news.wait()

    async def until(self, wanted: Callable[[Any], Any], *, after: int = 0) -> Any:
        """The first frame from index `after` on that is wanted; fails with what came instead."""

        async def look() -> Any:
            async with self._changed:
                while True:
                    for frame in self.frames[after:]:
                        if wanted(frame):
                            return frame
                    await self._changed.wait()

        try:
            return await asyncio.wait_for(look(), PATIENCE)
        except asyncio.TimeoutError:
            raise AssertionError(f"not among {[frame.type for frame in self.frames[after:]]}") from None

    async def kind(self, kind: type[Any], *, after: int = 0) -> Any:
        return await self.until(lambda frame: isinstance(frame, kind), after=after)

    async def state(self, state: str, *, after: int = 0) -> StateChanged:
        return await self.until(lambda frame: isinstance(frame, StateChanged) and frame.state == state, after=after)

    async def ready(self) -> None:
        """Wait until it is ready now and nothing waits, and all that led there has come."""
        while (info := await self.info()).state != "ready" or info.queued:
            await asyncio.sleep(0.02)
        looking = await self.room.run(self.room.registry.subscribe(self.session_id, 0, lambda: None, wake=False))
        looking.close()
        await self.until(lambda frame: getattr(frame, "seq", 0) >= looking.welcome.head)

    async def post(self, frame: Any, user: str = "ann") -> None:
        await self.room.run(self.room.registry.post(self.session_id, frame, user))

    async def prompt(self, text: str, **more: Any) -> str:
        """Send a prompt; returns its id."""
        prompt = str(uuid.uuid4())
        await self.post(Prompt(**{"type": "prompt", "prompt": prompt, "text": text, **more}))
        return prompt

    async def answer(self, question: Question, decision: str = "allow", **more: Any) -> None:
        await self.post(
            Answer(
                **{
                    "type": "answer",
                    "question": question.question,
                    "nonce": question.nonce,
                    "decision": decision,
                    **more,
                }
            )
        )

    async def ask(self, text: str) -> list[Any]:
        """Send a prompt, allow whatever is asked, and return the frames of the turn."""
        start = len(self.frames)
        await self.prompt(text)
        settled = start
        while True:
            frame = await self.until(lambda frame: isinstance(frame, (TurnEnded, Question)), after=settled)
            if isinstance(frame, TurnEnded):
                await self.state("ready", after=self.frames.index(frame))
                return self.frames[start:]
            settled = self.frames.index(frame) + 1
            await self.answer(frame)

    def info(self) -> Coroutine[Any, Any, SessionInfo]:
        return self.room.run(self.room.registry.get(self.session_id))


class Room:
    """The engine, the registry and the demo model, in folders of their own."""

    def __init__(self, folder: Path, demo: DemoThread, **settings: Any) -> None:
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.demo = demo
        self.config = ClaudeWorkspace(**{"start_timeout": PATIENCE, **settings})
        self.hosted: Notebooks | None = None  # where notebooks are, as a Jupyter server would say
        self.demo_model = True  # False: found through the environment, as a person's own gateway would be
        self.engine = Engine()
        self.registry: Registry

    async def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return await self.engine.run(coroutine)

    async def start(self) -> None:
        self.notebooks.mkdir(parents=True, exist_ok=True)
        self.engine.start()
        self.registry = Registry(
            self.config,
            root_dir=self.notebooks,
            data_dir=self.folder / "data",
            runtime_dir=self.folder / "runtime",
            log=logging.getLogger("room"),
            demo_environment=self.demo.environment if self.demo_model else None,
            notebooks=self.hosted,
        )
        await self.run(self.registry.start())

    async def stop(self) -> None:
        await self.run(self.registry.stop())
        self.engine.stop()

    async def open(self, notebook: str = "a.ipynb", **more: Any) -> Client:
        given = {"context": "workspace", "user": "ann", "directory": self.notebooks, **more}
        info, _ = await self.run(self.registry.open(notebook=notebook, **given))
        return await Client(self, info.session_id).join()


Scene = Callable[[Room, Client], Coroutine[Any, Any, None]]
Play = Callable[..., None]


@asynccontextmanager
async def room(
    folder: Path,
    *,
    pace: float | None = 0,
    demo: DemoThread | None = None,
    hosted: Notebooks | None = None,
    **settings: Any,
) -> AsyncIterator[Room]:
    """A room that is ready, and ended afterwards; `hosted` is where its notebooks are."""
    own = demo or DemoThread([SHIPPED, TESTS], pace=pace).start()
    made = Room(folder, own, **settings)
    made.hosted = hosted
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
        if demo is None:
            own.stop()


def performing(folder: Path, demo: DemoThread) -> Play:
    """What runs a scene in a room of its own, with one session whose process is ready; settings by name."""

    def play(scene: Scene, **settings: Any) -> None:
        async def main() -> None:
            async with room(folder, demo=demo, **settings) as made:
                client = await made.open()
                await client.state("ready")
                await scene(made, client)
                await client.leave()

        asyncio.run(main())

    return play


def text_of(frames: list[Any]) -> str:
    """The main agent's whole text in these frames."""
    return "".join(
        frame.text for frame in frames if isinstance(frame, Message) and frame.kind == "text" and not frame.parent
    )


def streamed(frames: list[Any]) -> str:
    """The same as it was streamed."""
    return "".join(frame.text for frame in frames if isinstance(frame, Text))


def ended(frames: list[Down]) -> TurnEnded:
    """The end of the turn in these frames."""
    (found,) = [frame for frame in frames if isinstance(frame, TurnEnded)]
    return found


def marked(session_id: str) -> list[psutil.Process]:
    """Processes that were started for a session and live."""
    found = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid()
            if alive and process.environ().get("JCW_SESSION") == session_id:
                found.append(process)
        except psutil.Error:
            continue
    return found


def runs(process: psutil.Process, words: str) -> bool:
    """Whether a process lives and has these words in its command line."""
    try:
        return words in " ".join(process.cmdline())
    except psutil.Error:
        return False


async def sleeping(session_id: str) -> None:
    """Wait until a command of a scenario that sleeps really runs."""
    while not any(runs(process, "time.sleep") for process in marked(session_id)):
        await asyncio.sleep(0.05)


async def gone(session_id: str, seconds: float) -> bool:
    """Whether no process of a session is left within `seconds`."""
    end = time.monotonic() + seconds
    while marked(session_id):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.05)
    return True
