"""Prompts on their way in: what is accepted, in which order they wait, and how Claude Code takes them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import Any

from ..claude.events import Prompting
from ..config import ClaudeWorkspace
from ..errors import BadRequest, RateLimited
from ..protocol.content import ImageBlock, QueuedPrompt
from ..protocol.frames import Prompt


@dataclass(frozen=True)
class Waiting:
    """A prompt and who sent it."""

    prompt: Prompt
    user: str


class PromptQueue:
    """The prompts that wait in one session. Each id is taken once, so a client may safely send again after a cut."""

    def __init__(self, config: ClaudeWorkspace, known: set[str]) -> None:
        self._config = config
        self._known = known
        self._waiting: deque[Waiting] = deque()
        self._times: deque[float] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, prompt: Prompt, user: str, *, busy: bool) -> bool:
        """Take a prompt in; False where it is known already.

        Raises:
            BadRequest: it is empty, asks for what this version has not, or the queue is full.
            RateLimited: there were too many in the last minute.
        """
        if prompt.prompt in self._known:
            return False
        if not prompt.text.strip() and not prompt.attachments:
            raise BadRequest("A prompt needs some text.")
        if prompt.cells or prompt.variables:
            raise BadRequest(
                "Cells and variables cannot be sent along yet.", remedy="Paste what matters into the prompt."
            )
        if busy and len(self._waiting) >= self._config.max_queue:
            raise BadRequest(
                f"{len(self._waiting)} prompts wait already.", remedy="Take one back, or wait for the turn to end."
            )
        self._spend()
        self._known.add(prompt.prompt)
        self._waiting.append(Waiting(prompt, user))
        return True

    def take_back(self, prompt: str) -> None:
        """Remove a waiting prompt; one that runs or has run is not here any more.

        Raises:
            BadRequest: no such prompt waits.
        """
        kept = deque(waiting for waiting in self._waiting if waiting.prompt.prompt != prompt)
        if len(kept) == len(self._waiting):
            raise BadRequest("That prompt does not wait any more.")
        self._waiting = kept
        self._known.discard(prompt)

    def reorder(self, prompts: list[str]) -> None:
        """Let those that are named wait first, in this order; the rest follow as they did."""
        place = {prompt: index for index, prompt in enumerate(prompts)}
        self._waiting = deque(sorted(self._waiting, key=lambda item: place.get(item.prompt.prompt, len(place))))

    def pop(self) -> Waiting | None:
        """The next one, or None."""
        return self._waiting.popleft() if self._waiting else None

    def listing(self) -> list[QueuedPrompt]:
        """As the `queue` frame shows them."""
        return [
            QueuedPrompt(
                prompt=item.prompt.prompt,
                text=item.prompt.text,
                user=item.user or None,
                attachments=[attachment.name for attachment in item.prompt.attachments],
            )
            for item in self._waiting
        ]

    def _spend(self) -> None:
        limit = self._config.prompts_per_minute
        now = monotonic()
        while self._times and self._times[0] < now - 60:
            self._times.popleft()
        if limit and len(self._times) >= limit:
            raise RateLimited(f"More than {limit} prompts in a minute.", remedy="Wait a moment, then send it again.")
        self._times.append(now)


def prompting(prompt: Prompt) -> Prompting:
    """A prompt as API content blocks: attachments first, then the text."""
    content: list[dict[str, Any]] = []
    for attachment in prompt.attachments:
        block = attachment.content
        if isinstance(block, ImageBlock):
            source = {"type": "base64", "media_type": block.media_type, "data": block.data}
            content.append({"type": "image", "source": source})
        else:
            content.append({"type": "text", "text": f"Attached file `{attachment.name}`:\n\n{block.text}"})
    if prompt.text.strip():
        content.append({"type": "text", "text": prompt.text})
    return Prompting(prompt=prompt.prompt, content=content)
