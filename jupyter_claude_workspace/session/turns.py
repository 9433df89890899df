"""The turns of a session: each begins once and ends once, whatever happens to the process."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Literal

from ..claude.events import Finished, Hopeless, Point, Prompting
from ..protocol.content import Origin, Problem
from ..protocol.frames import Down, Notice, Steered, ToolFinished, TurnEnded, TurnStarted
from .prompts import Waiting, prompting
from .turn import Turn

if TYPE_CHECKING:
    from .notebook.mentioning import Mentioned
    from .session import Session

STOPPED = Problem(code="stopped", text="The session was stopped.", remedy="Send the prompt again.")
ENDED = Problem(code="claude_died", text="Claude Code was ended.", remedy="Send the prompt again.")


class Turns:
    """`now` is the turn that runs; `over` is set while none does. Lives on the engine's loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.now: Turn | None = None
        self.over = asyncio.Event()

    def begin_next(self, beside: Mentioned) -> Prompting | None:
        """Begin the turn of the next prompt that waits, along with what it mentions; None where none waits."""
        waiting = self._session.queue.pop()
        if waiting is None:
            return None
        self._begin(waiting)
        self._session.relist_queue()
        return self.prompting(waiting, beside)

    def prompting(self, waiting: Waiting, beside: Mentioned) -> Prompting:
        """A prompt as Claude Code is given it now, in the turn that runs; what goes along is told."""
        beside.tell(self._session.work)
        session, text = self._session, waiting.prompt.text
        addition = session.drafting.addition(text) + session.work.undoing.addition(text)
        return prompting(waiting, addition, beside.blocks)

    def begin_own(self) -> None:
        """Claude Code began a turn by itself."""
        self._begin(None)
        self._session.driver.watch()

    def taken(self, prompts: Iterable[str]) -> None:
        """The model reads these prompts now: those that a person put into the turn are shown at this place."""
        found = self._session.queue.steered(prompts)
        for item in found:
            prompt = item.prompt
            self._session.publish(
                Steered(
                    prompt=prompt.prompt,
                    text=prompt.text,
                    attachments=prompt.attachments,
                    mentions=prompt.mentions,
                    user=item.user or None,
                )
            )
        if found:
            self._session.relist_queue()

    def entered(self, entry: str) -> None:
        """The transcript goes up to this entry now."""
        if self.now is not None:
            self.now.entry = entry
            self._stand(self.now)

    def cleared(self) -> None:
        """Claude Code keeps the conversation under another id from now on, and nothing is in it."""
        if self.now is not None:
            self.now.entry = ""
            self._stand(self.now)

    def finished(self, event: Finished) -> None:
        """A turn of Claude Code's ended; ours, unless it says that it was another."""
        turn = self.now
        if turn is None:
            return
        answered = event.prompts is not None and turn.prompt is not None and turn.prompt.prompt in event.prompts
        if turn.prompt is not None and event.own and not answered:
            return  # a turn of Claude Code's own ended just as ours began
        self.taken(event.prompts or ())
        why: Literal["completed", "interrupted", "failed", "cut"] = event.why
        problem = turn.problem or event.problem
        if turn.problem:
            why = "failed"
        elif why == "interrupted" and not turn.stopped:
            # Nobody stopped it: the process is being ended, and had the time to say so.
            why, problem = "cut", STOPPED if self._session.driver.process is None else ENDED
        self._end(
            TurnEnded(
                why=why,
                problem=problem,
                usage=event.usage,
                duration_ms=event.duration_ms,
                model=event.model or self._session.model,
            )
        )

    def hopeless(self, event: Hopeless) -> None:
        """Trying again will not help: the turn is stopped."""
        if self.now is not None and self.now.problem is None:
            self.now.problem = event.problem
            self._session.driver.stop()

    def cut(self, why: Literal["cut", "interrupted", "failed"] | str, problem: Problem | None) -> None:
        """The process is gone. What was to go into the turn waits again; the turn, if one runs, is over."""
        if self._session.queue.give_back():
            self._session.list_queue()
        if self.now is not None:
            self._end(TurnEnded(why=why, problem=problem))

    def note(self, frame: Down) -> None:
        """Follow a frame of the turn that runs."""
        if self.now is not None:
            self.now.note(frame)
            if isinstance(frame, Notice) and frame.code == "retrying" and frame.retry_in_ms:
                # It said how long it will be silent.
                self.now.last_sign = monotonic() + frame.retry_in_ms / 1000

    def sign_of_life(self) -> None:
        """The process said something."""
        if self.now is None:
            return
        self.now.last_sign = max(self.now.last_sign, monotonic())
        if self.now.silent:
            self.now.silent = False
            self._session.publish(Notice(code="silent", over=True))

    # ── inside ──

    def _begin(self, waiting: Waiting | None) -> None:
        session = self._session
        prompt, user, entry = (waiting.prompt, waiting.user, waiting.entry) if waiting else (None, "", None)
        turn = self.now = Turn(turn=f"t-{secrets.token_hex(8)}", prompt=prompt, entry=entry)
        self.over.clear()
        origin = Origin(kind="prompt", prompt=prompt.prompt, user=user or None) if prompt else Origin(kind="task")
        asked = {"text": prompt.text, "attachments": prompt.attachments, "mentions": prompt.mentions} if prompt else {}
        session.publish(TurnStarted(origin=origin, **asked, after=session.branches.head))
        session.work.undoing.begin(turn)
        self._stand(turn)
        session.save(stands=turn.turn)
        if session.state == "ready":
            session.set_state("running")

    def _end(self, ended: TurnEnded) -> None:
        session, turn = self._session, self.now
        assert turn is not None
        self.sign_of_life()
        for partial in turn.pieces.remains():
            session.publish(partial)
        for tool in sorted(turn.tools):
            session.publish(ToolFinished(tool=tool, outcome="interrupted"))
        kept = turn.prompt is not None and ended.why in ("failed", "cut")
        session.publish(ended.model_copy(update={"prompt_kept": kept}))
        session.work.undoing.end(turn)
        session.drafting.turn_over(answered=ended.why in ("completed", "interrupted"))
        self.now = None
        self.over.set()
        session.around.store.end_turn(session.session_id, turn.turn)
        session.save()
        self._go_on()

    def _go_on(self) -> None:
        """A prompt that came too late for the turn has a turn of its own, which Claude Code begins at once."""
        session = self._session
        # Where the process is being ended, they wait for the next one instead.
        late = session.queue.steered() if session.driver.process is not None else []
        if late:
            self._begin(late[0])
            session.relist_queue()
            session.set_state("running")
            session.driver.watch()
            return
        if session.state in ("running", "waiting"):
            session.set_state("ready")
        session.driver.do(session.driver.next)

    def _stand(self, turn: Turn) -> None:
        """Write down where Claude Code's own conversation stands."""
        point = Point(self._session.record.claude_session, turn.entry)
        self._session.branches.stood(turn.turn, point)
        self._session.around.store.stood(self._session.session_id, turn.turn, point)
