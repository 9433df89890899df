"""Every setting, as a trait: `c.ClaudeWorkspace.NAME = …` in jupyter_server_config.py or `--ClaudeWorkspace.NAME=…`."""

from __future__ import annotations

from traitlets import Bool, Enum, Float, Int, List, TraitError, Unicode, validate
from traitlets.config import Configurable

from .notebook.levels import LEVELS


class ClaudeWorkspace(Configurable):
    """What can be set. Times are in seconds, sizes in bytes, unless a help text says otherwise."""

    # ── the CLI ──
    cli_path = Unicode(
        "",
        help=(
            "Path of the Claude Code CLI. Empty: the one bundled with claude-agent-sdk, else one on "
            "PATH, else an installed one."
        ),
    ).tag(config=True)
    install_cli = Bool(
        False,
        help=(
            "Install the CLI with npm into a private folder when none is found at the server's start. "
            "Off: never downloads."
        ),
    ).tag(config=True)
    install_version = Unicode("2.1.330", help="The exact version of the CLI that `install_cli` installs.").tag(
        config=True
    )
    require_claude = Bool(
        False,
        help=(
            "End the server's start with an error when no usable CLI or no credentials are found. "
            "Off: the panel says what is missing."
        ),
    ).tag(config=True)
    demo = Enum(
        ["off", "auto", "on"],
        default_value="off",
        help="The scripted stand-in for the model, on loopback: `on` always, `auto` when no credentials are found.",
    ).tag(config=True)
    model = Unicode("", help="Model of new sessions, as Claude Code names it. Empty: Claude Code's own default.").tag(
        config=True
    )
    environment_allow = List(
        Unicode(),
        help=(
            "Names of further environment variables (or `PREFIX*`) that the CLI and its tools may "
            "see; the rest is hidden from them."
        ),
    ).tag(config=True)
    allow_bypass = Bool(
        False, help="Whether a person may switch a session to `bypassPermissions`, in which no tool asks. Not stored."
    ).tag(config=True)

    privacy = Enum(
        list(LEVELS),
        default_value="full",
        help=(
            "How much of a notebook's data the notebook tools and mentions show to Claude in a notebook's first "
            "conversation: names, schema, aggregates, sample or full. Later ones begin with what the last one had."
        ),
    ).tag(config=True)

    # ── limits ──
    max_sessions = Int(100, help="Sessions with a live process at once in this server. 0: no limit.").tag(config=True)
    max_stored_sessions = Int(2000, help="Sessions kept in the store. 0: no limit.").tag(config=True)
    concurrent_starts = Int(
        0, help="Processes that may start at the same time. 0: as many as the machine has cores."
    ).tag(config=True)
    max_queue = Int(20, help="Prompts that may wait in one session. 0: none may wait.").tag(config=True)
    prompts_per_minute = Int(60, help="Prompts accepted per session and minute. 0: no limit.").tag(config=True)
    frames_per_second = Int(
        50, help="Client frames accepted per connection and second, over ten seconds. 0: no limit."
    ).tag(config=True)
    connections_per_minute = Int(600, help="Channels opened per server and minute. 0: no limit.").tag(config=True)
    looks_per_minute = Int(
        600,
        help="Searches, completions of file names and counts of a context per server and minute. 0: no limit.",
    ).tag(config=True)
    memory_per_session = Int(
        4 << 20, help="Bytes of recent frames that a session keeps in memory for reconnecting clients."
    ).tag(config=True)
    history_bytes = Int(
        500 << 20,
        help=(
            "Bytes that the past of all notebooks (snapshots, and what Claude changed) takes on the disk; the oldest "
            "turns go first, never the newest snapshot of a notebook. 0: no limit."
        ),
    ).tag(config=True)
    history_snapshots = Int(200, help="Snapshots kept of one notebook, two a turn at most. 0: no limit.").tag(
        config=True
    )
    notebook_bytes = Int(
        256 << 10,
        help="Bytes of a conversation, newest turns first, that are kept in its notebook's file. 0: none of it.",
    ).tag(config=True)

    # ── times ──
    silence_seconds = Float(
        30.0, help="Without a sign of life for so long in a turn, the person is told and offered a way out. 0: never."
    ).tag(config=True)
    silence_limit_seconds = Float(
        0.0,
        help="Without a sign of life for so long in a turn, the process is ended and the turn marked cut. 0: never.",
    ).tag(config=True)
    start_timeout = Float(60.0, help="How long a process may take to start.").tag(config=True)
    interrupt_seconds = Float(2.0, help="How long Stop waits for Claude Code before it ends the process.").tag(
        config=True
    )
    close_seconds = Float(
        2.0, help="How long each step of ending a process may take: end of input, terminate, kill."
    ).tag(config=True)
    crash_limit = Int(3, help="Restarts within `crash_window` after which a session stops restarting by itself.").tag(
        config=True
    )
    crash_window = Float(60.0, help="Seconds over which `crash_limit` counts.").tag(config=True)
    ticket_seconds = Float(60.0, help="How long a ticket for opening a channel is good.").tag(config=True)

    # ── the API ──
    api_retries = Int(6, help="How often Claude Code tries a failed API request again.").tag(config=True)
    api_timeout = Float(120.0, help="How long the API may take to begin an answer. 0: Claude Code's own default.").tag(
        config=True
    )

    # ── places ──
    data_dir = Unicode(
        "", help="Folder of sessions and journal. Empty: `claude-workspace` in the Jupyter data folder."
    ).tag(config=True)
    claude_config_dir = Unicode(
        "", help="Claude Code's own folder (CLAUDE_CONFIG_DIR). Empty: the person's usual one."
    ).tag(config=True)

    @validate(
        "max_sessions", "max_stored_sessions", "concurrent_starts", "max_queue", "prompts_per_minute",
        "frames_per_second", "connections_per_minute", "looks_per_minute", "crash_limit", "api_retries",
        "silence_seconds", "silence_limit_seconds", "api_timeout", "notebook_bytes", "history_bytes",
        "history_snapshots",
    )  # fmt: skip
    def _not_negative(self, proposal: dict[str, float]) -> float:
        if proposal["value"] < 0:
            raise TraitError("must be 0 or more")
        return proposal["value"]

    @validate(
        "start_timeout", "interrupt_seconds", "close_seconds", "crash_window", "ticket_seconds", "memory_per_session"
    )
    def _positive(self, proposal: dict[str, float]) -> float:
        if proposal["value"] <= 0:
            raise TraitError("must be more than 0")
        return proposal["value"]
