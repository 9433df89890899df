"""Which of Claude Code's own slash commands the panel does not offer, and why.

Each was called once in CLI 2.1.330 as the panel would call it. Those that the panel does instead are its own commands
(`js/src/view/composer/own-commands.ts`); any other can still be typed.
"""

from __future__ import annotations

WRITES_SETTINGS = "writes the person's settings files, which hold for every session on this machine"
TERMINAL = "is about Claude Code's own terminal screen"
BY_PANEL = "the panel does it, under the same name; Claude Code alone would know of it then"
HOSTED = "answers that it works in sessions only that Anthropic's servers start"

LEFT_OUT: dict[str, str] = {
    "__remote-workflow": HOSTED,
    "agents": "answers that it was removed",
    "auto-mode-setup": "auto mode, in which nobody is asked, is off here",
    "autocompact": WRITES_SETTINGS,
    "clear": BY_PANEL,  # it would go on under another id, with no way back; a new conversation keeps this one
    "color": TERMINAL,
    "config": WRITES_SETTINGS,
    "doctor": WRITES_SETTINGS,
    "effort": BY_PANEL,
    "fast": "answers that it is not available in the SDK",
    "fewer-permission-prompts": "writes the folder's settings, which are not loaded here",
    "focus": "answers that it is not available here",
    "heapdump": "writes a dump of the process's memory into the home folder",
    "insights": "writes a web page into Claude Code's folder, where no browser finds it",
    "list-agents": "other notebooks' sessions are nobody's business here",
    "loop": "lasts as long as the process, which ends when nobody needs it",
    "mcp": "sends the person to the terminal",
    "model": BY_PANEL,
    "output-style": "answers that it is saved in the folder's settings, which are not loaded here",
    "plugin-authoring": TERMINAL,
    "rename": BY_PANEL,
    "update-config": WRITES_SETTINGS,
    "workflow-launch-exec": HOSTED,
}
