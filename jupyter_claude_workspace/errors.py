"""Our exceptions. Each has one stable `code`, used alike on REST, on the channel and in logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .agents.entry import AgentEntry


class WorkspaceError(Exception):
    """Something a person can be told about.

    Attributes:
        code: stable identifier, lower snake case.
        status: the HTTP status a REST route answers with.
        remedy: what to do about it, one sentence; empty where nothing can be done.
        details: what a REST answer says beside these, as JSON.
    """

    code = "internal"
    status = 500

    def __init__(self, text: str, *, remedy: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.remedy = remedy
        self.details: dict[str, Any] = {}


class BadRequest(WorkspaceError):
    """The request or frame is not of the documented form."""

    code = "bad_request"
    status = 400


class BadFrame(BadRequest):
    """A channel frame is unknown or malformed; the socket stays up."""

    code = "bad_frame"


class SessionUnknown(WorkspaceError):
    """No session has this id."""

    code = "session_unknown"
    status = 404


class NotebookUnknown(WorkspaceError):
    """The notebook's path does not exist below the server's root."""

    code = "notebook_unknown"
    status = 404


class CellUnknown(WorkspaceError):
    """The notebook has no cell of this id (any more)."""

    code = "cell_unknown"
    status = 404


class CellChanged(WorkspaceError):
    """A cell is otherwise than who wants to change or run it believes. `cell` is its id."""

    code = "cell_changed"
    status = 409

    def __init__(self, text: str, *, cell: str, remedy: str = "") -> None:
        super().__init__(text, remedy=remedy)
        self.cell = cell


class NotebookUnsaved(WorkspaceError):
    """A change could not be written: no room, no right, or somebody else wrote the file at the same time."""

    code = "notebook_unsaved"
    status = 507


class KernelMissing(WorkspaceError):
    """The notebook has no kernel, and none could be started for it."""

    code = "kernel_missing"
    status = 409


class KernelBusy(WorkspaceError):
    """The kernel runs something else and does not come to it."""

    code = "kernel_busy"
    status = 409


class RunUnknown(WorkspaceError):
    """No run has this id (any more)."""

    code = "run_unknown"
    status = 404


class HistoryUnknown(WorkspaceError):
    """What is asked for of a notebook's past is not kept (any more)."""

    code = "history_unknown"
    status = 404


class HistoryUnusable(WorkspaceError):
    """A notebook's past cannot be read or written now."""

    code = "history_unusable"
    status = 507


class AgentUnknown(WorkspaceError):
    """There is no agent of this name next to the notebook."""

    code = "agent_unknown"
    status = 404


class AgentInvalid(WorkspaceError):
    """An agent file, or what is to become one, is not of the documented form; the text names the file and the key."""

    code = "agent_invalid"
    status = 400


class AgentChanged(WorkspaceError):
    """The agent file is another than the one that was to be replaced, or exists where none was expected.

    `theirs` is what is there instead; None: nothing.
    """

    code = "agent_changed"
    status = 409

    def __init__(self, text: str, *, theirs: AgentEntry | None, remedy: str = "") -> None:
        super().__init__(text, remedy=remedy)
        self.theirs = theirs


class AgentUnsaved(WorkspaceError):
    """The system refused to write an agent's file: no room, no right, no such folder."""

    code = "agent_unsaved"
    status = 507


class EtagMissing(WorkspaceError):
    """A write that replaces something does not say what it means to replace."""

    code = "etag_missing"
    status = 428


class AgentUnreviewed(WorkspaceError):
    """This person neither made nor accepted the agent as it is now; it is to be shown first."""

    code = "agent_unreviewed"
    status = 403


class SessionLocked(WorkspaceError):
    """Another process holds this session (two processes on one id lose a branch of it)."""

    code = "session_locked"
    status = 409


class SessionAsleep(WorkspaceError):
    """The session has no process, and who asks may not start one."""

    code = "session_asleep"
    status = 409


class TooManySessions(WorkspaceError):
    """The server's cap on sessions is reached."""

    code = "too_many_sessions"
    status = 429


class RateLimited(WorkspaceError):
    """More requests than the configured rate."""

    code = "rate_limited"
    status = 429


class NotAllowed(WorkspaceError):
    """The person, or the administrator's settings, do not allow this."""

    code = "not_allowed"
    status = 403


class QuestionSettled(WorkspaceError):
    """The question was answered or withdrawn already, or the nonce is not its own."""

    code = "question_settled"
    status = 409


class IllegalMove(WorkspaceError):
    """A session's state machine was asked for a move that it does not know; a bug of ours."""

    code = "illegal_move"


class ClaudeMissing(WorkspaceError):
    """No usable Claude Code CLI was found."""

    code = "claude_missing"
    status = 503


class ClaudeFailed(WorkspaceError):
    """The Claude Code process could not start, or died."""

    code = "claude_failed"
    status = 503
