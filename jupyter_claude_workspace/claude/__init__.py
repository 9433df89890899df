"""The Claude Code process: finding it, starting it, guarding it, and translating what it says."""
