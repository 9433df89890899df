"""The in-process MCP servers that a session mounts."""
