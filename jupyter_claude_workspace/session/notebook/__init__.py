"""What a session does with its notebook for Claude."""
