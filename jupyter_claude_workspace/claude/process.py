"""One `claude` process: started, read by one permanent reader, spoken to, and ended by a bounded ladder."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from claude_agent_sdk import (
    ClaudeSDKClient,
    ClaudeSDKError,
    PermissionResultAllow,
    PermissionResultDeny,
    PermissionUpdate,
    ResultMessage,
    ToolPermissionContext,
)
from claude_agent_sdk.types import PermissionRuleValue

from ..errors import ClaudeFailed
from ..protocol.content import Mode, Rule
from .context import ContextUsage, context_usage
from .events import AskRequest, Event, Prompting, Verdict
from .launcher import Launch
from .offers import Offers, offers
from .options import ProcessSpec, build
from .translate import Translator
from .tree import end_tree

STDERR_LINES = 40  # kept for the error that says why a process died
COUNT_SECONDS = 3.0  # counting takes a moment; nothing is read meanwhile, and a turn's end waits for it
CONVERSATION_GONE = "No conversation found"


class ClaudeProcess:
    """A live process. `deliver` gets what it says, `ask` answers its permission questions, `lost` its unexpected end.

    `forbidden` says of each tool that is about to run, asked about or not, why it may not; empty: it may.

    Everything happens on the loop that `start` was awaited on. After `close` or `lost` the object is of no more use.
    """

    def __init__(
        self,
        spec: ProcessSpec,
        launch: Launch,
        *,
        deliver: Callable[[list[Event]], None],
        ask: Callable[[AskRequest], Awaitable[Verdict]],
        forbidden: Callable[[str], str],
        lost: Callable[[str], None],
        log: logging.Logger,
    ) -> None:
        self._spec = spec
        self._launch = launch
        self._deliver = deliver
        self._ask = ask
        self._forbidden = forbidden
        self._lost = lost
        self._log = log
        self._stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self._client: ClaudeSDKClient | None = None
        self._reader: asyncio.Task[None] | None = None
        self._denied: set[str] = set()  # tool calls
        self._prompts: dict[str, str] = {}  # entry → prompt, of all that was sent
        self._closing = False
        self._translator = Translator(self._prompts, self._denied)

    @property
    def tasks(self) -> bool:
        """Whether something that it began works in the background."""
        return self._translator.tasks

    @property
    def pid(self) -> int | None:
        """Process id of what was launched: the guard, where there is one, else the CLI."""
        transport = getattr(self._client, "_transport", None)
        process = getattr(transport, "_process", None)
        return getattr(process, "pid", None)

    async def start(self, timeout: float) -> None:
        """Connect; returns when prompts may be sent. `timeout` in seconds.

        Raises:
            ClaudeFailed: it does not start; `code` is `conversation_gone` where the resumed one does not exist.
        """
        options = build(
            self._spec,
            cli_path=self._launch.cli_path,
            environment=self._launch.environment,
            can_use_tool=self._can_use_tool,
            before_tool=self._before_tool,
            stderr=self._stderr.append,
        )
        self._client = ClaudeSDKClient(options)
        try:
            await asyncio.wait_for(self._client.connect(), timeout)
            if self.pid is not None:
                self._launch.started(self.pid)
        except (ClaudeSDKError, OSError, asyncio.TimeoutError) as error:
            await self._end()
            raise self._failure(error) from error
        except BaseException:
            await self._end()
            raise
        self._reader = asyncio.create_task(self._read(self._client), name=f"claude-reader-{self._spec.session_id}")

    async def send(self, prompting: Prompting) -> None:
        """Hand over one prompt, also while a turn runs: `Taken` says when the model reads it, `Finished` which it read.

        Raises:
            ClaudeFailed: the process is gone.
        """
        self._prompts[prompting.entry] = prompting.prompt

        async def one() -> AsyncIterator[dict[str, Any]]:
            yield {
                "type": "user",
                "uuid": prompting.entry,
                "message": {"role": "user", "content": prompting.content},
                "parent_tool_use_id": None,
            }

        await self._control(self._live().query(one()))

    async def interrupt(self) -> None:
        """Ask it to stop its turn; raises ClaudeFailed where it is gone."""
        await self._control(self._live().interrupt())

    async def take_back(self, entry: str) -> bool:
        """Take back a prompt that was sent while a turn runs; False where the model has it already.

        Raises:
            ClaudeFailed: the process is gone.
        """
        # The SDK has no method for this request of the CLI's.
        query: Any = getattr(self._live(), "_query", None)
        asked = {"subtype": "cancel_async_message", "message_uuid": entry}
        answer = await self._control(query._send_control_request(asked))
        return bool(answer.get("cancelled"))

    async def set_model(self, model: str | None) -> None:
        """Use another model from the next turn on; raises ClaudeFailed where it is gone."""
        await self._control(self._live().set_model(model))

    async def set_mode(self, mode: Mode) -> None:
        """Change the permission mode now; raises ClaudeFailed where it is gone or refuses."""
        await self._control(self._live().set_permission_mode(mode))

    async def offers(self) -> Offers:
        """What it said at its start that may be called and chosen; raises ClaudeFailed where it is gone."""
        return offers(await self._control(self._live().get_server_info()) or {})

    async def context(self) -> ContextUsage:
        """What fills its context; it asks the API to count. Raises ClaudeFailed where it is gone."""
        return context_usage(await self._control(self._live().get_context_usage()))

    async def answers(self, timeout: float) -> bool:
        """Whether it reacts at all within `timeout` seconds, whatever it is busy with."""
        with suppress(ClaudeFailed, asyncio.TimeoutError):
            await asyncio.wait_for(self._control(self._live().get_mcp_status()), timeout)
            return True
        return False

    async def close(self, *, running: bool, unread: Sequence[str], step: float) -> None:
        """End it: interrupt what runs, end of input, terminate, kill; each step at most `step` seconds.

        `unread` are the entries of prompts that it was sent and has not read: it would turn to them when interrupted.
        """
        self._closing = True
        if running:
            with suppress(ClaudeFailed, asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.gather(*map(self.take_back, unread)), step)
            with suppress(ClaudeFailed, asyncio.TimeoutError):
                await asyncio.wait_for(self.interrupt(), step)
        await self._end(step)

    async def kill(self) -> None:
        """End it at once with all that it started; `lost` is not called."""
        self._closing = True
        await self._end(0.0)

    # ── inside ──

    def _live(self) -> ClaudeSDKClient:
        if self._client is None:
            raise ClaudeFailed("Claude Code is not running.")
        return self._client

    async def _control(self, request: Awaitable[Any]) -> Any:
        try:
            return await request
        except (ClaudeSDKError, OSError) as error:
            raise self._failure(error) from error
        except Exception as error:  # the SDK raises a bare Exception where a control request is refused or times out
            if isinstance(error, asyncio.TimeoutError):
                raise
            raise ClaudeFailed(f"Claude Code refused: {str(error)[:300]}") from error

    async def _read(self, client: ClaudeSDKClient) -> None:
        """Read for as long as it lives: where nobody reads, its questions and tools wait for ever."""
        translator = self._translator
        why = "Claude Code ended."
        try:
            async for message in client.receive_messages():
                if isinstance(message, ResultMessage) and translator.gauge.summarised:
                    translator.gauge.count(await self._counted())
                self._deliver(translator.translate(message))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            why = self._failure(error).text
        finally:
            if ended := translator.ended():
                self._deliver(ended)
        if not self._closing:
            self._closing = True
            # Without a reader the CLI would go on running tools unsupervised.
            await self._end(0.0, reader=False)
            self._lost(why)

    async def _counted(self) -> int | None:
        """How many tokens the context has, where that is not known from the last request."""
        with suppress(ClaudeFailed, asyncio.TimeoutError):
            return (await asyncio.wait_for(self.context(), COUNT_SECONDS)).tokens
        return None

    async def _end(self, step: float = 0.0, *, reader: bool = True) -> None:
        pipes = _pipes(self._client)
        client, self._client, pid = self._client, None, self.pid
        launched = self._launch
        try:
            if step > 0 and client is not None:
                with suppress(Exception):
                    await asyncio.wait_for(client.disconnect(), 2 * step)
        finally:
            await asyncio.shield(asyncio.to_thread(_clear, pid, launched))
            if client is not None:
                with suppress(Exception):
                    await asyncio.wait_for(client.disconnect(), 5)
            if pipes is not None:
                pipes.close()
            if reader and self._reader is not None:
                self._reader.cancel()
                await asyncio.wait({self._reader}, timeout=2)

    def _failure(self, error: BaseException) -> ClaudeFailed:
        said = " ".join(self._stderr)[-600:].strip()
        text = f"{error} {said}"
        if CONVERSATION_GONE in text:
            gone = ClaudeFailed("Claude Code does not have this conversation any more.")
            gone.code = "conversation_gone"
            return gone
        if isinstance(error, asyncio.TimeoutError):
            return ClaudeFailed("Claude Code did not start in time.", remedy="Try again; see the Jupyter server's log.")
        first = str(error).strip().splitlines()[:1] or [type(error).__name__]
        return ClaudeFailed(f"{first[0][:300]} {said}".strip())

    async def _before_tool(self, given: Any, call: str | None, _context: Any) -> Any:
        """Deny what is forbidden: a hook, for most tools that only read are never asked about."""
        words = self._forbidden(str(given.get("tool_name", "")))
        if not words:
            return {}
        self._denied.add(call or "")
        decided = {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": words}
        return {"hookSpecificOutput": decided}

    async def _can_use_tool(self, name: str, given: dict[str, Any], context: ToolPermissionContext) -> Any:
        rules = tuple(
            Rule(tool=rule.tool_name, pattern=rule.rule_content or None)
            for suggestion in context.suggestions
            if suggestion.type == "addRules" and suggestion.behavior == "allow"
            for rule in suggestion.rules or ()
        )
        request = AskRequest(
            tool=context.tool_use_id or "",
            name=name,
            input=given,
            title=context.title or context.description or "",
            reason=context.decision_reason or "",
            blocked_path=_outside(self._spec.directory, context.blocked_path),
            rules=rules,
        )
        verdict = await self._ask(request)
        if not verdict.allow:
            self._denied.add(request.tool)
            return PermissionResultDeny(message=verdict.message, interrupt=verdict.interrupt)
        return PermissionResultAllow(
            # The CLI requires an input with a permission to run.
            updated_input=verdict.input if verdict.input is not None else given,
            updated_permissions=[_grant(verdict.rule)] if verdict.rule else None,
        )


def _outside(folder: Path, path: str | None) -> str | None:
    """A path that the CLI asks about, where it leads out of the folder; it names paths inside as well."""
    if not path or (folder / path).resolve().is_relative_to(folder.resolve()):
        return None
    return path


def _grant(rule: Rule) -> PermissionUpdate:
    """One rule, for this session: echoing all suggestions would write settings files and change the mode."""
    value = PermissionRuleValue(tool_name=rule.tool, rule_content=rule.pattern)
    return PermissionUpdate(type="addRules", rules=[value], behavior="allow", destination="session")


def _pipes(client: ClaudeSDKClient | None) -> Any:
    """What holds the process's pipes. Where it is killed, the SDK leaves them open until they are collected."""
    found: Any = client
    for name in ("_transport", "_process", "_process", "_transport"):  # SDK, anyio, asyncio
        found = getattr(found, name, None)
    return found


def _clear(pid: int | None, launch: Launch) -> None:
    if pid is not None:
        end_tree(pid, grace=0.0)
    launch.cleanup()
