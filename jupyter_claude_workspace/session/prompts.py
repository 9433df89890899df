"""Prompts on their way in: what is accepted, in which order they wait, and how Claude Code takes them."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal

from ..claude.events import Prompting
from ..config import ClaudeWorkspace
from ..errors import BadRequest, RateLimited
from ..protocol.content import Block, ImageBlock, QueuedPrompt
from ..protocol.frames import Prompt

# Claude Code reads in the file that an `@path` in a prompt's last words names: those must be the person's, or ours.
WORDLESS = "See what is attached."


@dataclass(frozen=True)
class Waiting:
    """A prompt, who sent it, and its id in Claude Code's transcript."""

    prompt: Prompt
    user: str
    entry: str = field(default_factory=lambda: str(uuid.uuid4()))


class PromptQueue:
    """The prompts that wait in one session. Each id is taken once, so a client may safely send again after a cut.

    Those that are to go into the turn that runs wait as well: until the model has read them, which is mostly soon.
    """

    def __init__(self, config: ClaudeWorkspace, known: set[str]) -> None:
        self._config = config
        self._known = known
        self._steering: list[Waiting] = []
        self._sent: set[str] = set()  # entries of those among them that Claude Code has
        self._waiting: deque[Waiting] = deque()
        self._times: deque[float] = deque()

    def __len__(self) -> int:
        return len(self._steering) + len(self._waiting)

    def add(self, prompt: Prompt, user: str, *, busy: bool, steer: bool = False) -> bool:
        """Take a prompt in, to wait or to go into the turn that runs; False where it is known already.

        Raises:
            BadRequest: it is empty, asks for what this version has not, or the queue is full.
            RateLimited: there were too many in the last minute.
        """
        if prompt.prompt in self._known:
            return False
        if not prompt.text.strip() and not prompt.attachments and not prompt.mentions:
            raise BadRequest("A prompt needs some text.")
        if busy and len(self) >= self._config.max_queue:
            raise BadRequest(f"{len(self)} prompts wait already.", remedy="Take one back, or wait for the turn to end.")
        self._spend()
        self._known.add(prompt.prompt)
        (self._steering if steer else self._waiting).append(Waiting(prompt, user))
        return True

    def steering(self, prompt: str) -> Waiting | None:
        """The prompt of this id, where it was sent into the turn that runs and the model has not read it yet."""
        return next((item for item in self._steering if item.prompt.prompt == prompt), None)

    def handed_over(self, waiting: Waiting) -> None:
        """Claude Code has it now."""
        self._sent.add(waiting.entry)

    def unread(self) -> list[str]:
        """The entries of all such prompts that Claude Code has."""
        return [item.entry for item in self._steering if item.entry in self._sent]

    def steered(self, prompts: Iterable[str] | None = None) -> list[Waiting]:
        """Remove and return those of these prompts that were to go into the turn; None: the first that was sent."""
        sent = [item.prompt.prompt for item in self._steering if item.entry in self._sent]
        names = sent[:1] if prompts is None else prompts
        found = [item for item in map(self.steering, names) if item is not None]
        self._steering = [item for item in self._steering if item not in found]
        self._sent.difference_update(item.entry for item in found)
        return found

    def give_back(self) -> bool:
        """Nobody will read what was to go into the turn: it waits, before the rest. Says whether there was any."""
        given, self._steering = self._steering, []
        self._sent.clear()
        # Under another id: it may have been written down under this one, and would be dropped.
        self._waiting.extendleft(Waiting(item.prompt, item.user) for item in reversed(given))
        return bool(given)

    def take_back(self, prompt: str) -> None:
        """Remove a waiting prompt; one that runs or has run is not here any more.

        Raises:
            BadRequest: no such prompt waits.
        """
        length = len(self)
        self._waiting = deque(item for item in self._waiting if item.prompt.prompt != prompt)
        self._steering = [item for item in self._steering if item.prompt.prompt != prompt]
        if len(self) == length:
            raise BadRequest("That prompt does not wait any more.")
        self._known.discard(prompt)

    def reorder(self, prompts: list[str]) -> None:
        """Let those that are named wait first, in this order; the rest follow as they did."""
        place = {prompt: index for index, prompt in enumerate(prompts)}
        self._waiting = deque(sorted(self._waiting, key=lambda item: place.get(item.prompt.prompt, len(place))))

    def first(self) -> Waiting | None:
        """The next one, or None."""
        return self._waiting[0] if self._waiting else None

    def pop(self) -> Waiting | None:
        """The same, and remove it."""
        return self._waiting.popleft() if self._waiting else None

    def listing(self) -> list[QueuedPrompt]:
        """As the `queue` frame shows them."""
        return [*(_listed(item, "steer") for item in self._steering), *(_listed(item, None) for item in self._waiting)]

    def _spend(self) -> None:
        limit = self._config.prompts_per_minute
        now = monotonic()
        while self._times and self._times[0] < now - 60:
            self._times.popleft()
        if limit and len(self._times) >= limit:
            raise RateLimited(f"More than {limit} prompts in a minute.", remedy="Wait a moment, then send it again.")
        self._times.append(now)


def _listed(item: Waiting, when: Literal["steer"] | None) -> QueuedPrompt:
    prompt = item.prompt
    names = [attachment.name for attachment in prompt.attachments]
    return QueuedPrompt(
        prompt=prompt.prompt,
        text=prompt.text,
        user=item.user or None,
        attachments=names,
        mentions=prompt.mentions,
        when=when,
    )


def prompting(item: Waiting, addition: str = "", beside: Sequence[Block] = ()) -> Prompting:
    """A prompt as API content blocks: what goes along first, then the text. `addition` is for Claude alone.

    `beside`: what its mentions stand for.
    """
    prompt = item.prompt
    content: list[dict[str, Any]] = [{"type": "text", "text": addition}] if addition else []
    content += map(_api_block, beside)
    for attachment in prompt.attachments:
        block = attachment.content
        if isinstance(block, ImageBlock):
            content.append(_api_block(block))
        else:
            content.append({"type": "text", "text": f"Attached file `{attachment.name}`:\n\n{block.text}"})
    if prompt.text.strip() or any(block["type"] == "text" for block in content):
        content.append({"type": "text", "text": prompt.text if prompt.text.strip() else WORDLESS})
    return Prompting(prompt=prompt.prompt, entry=item.entry, content=content)


def _api_block(block: Block) -> dict[str, Any]:
    if isinstance(block, ImageBlock):
        return {"type": "image", "source": {"type": "base64", "media_type": block.media_type, "data": block.data}}
    return {"type": "text", "text": block.text}
