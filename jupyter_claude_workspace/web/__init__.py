"""The HTTP and socket interface: thin handlers that authenticate, parse, call the session layer once, and answer.

Nothing here imports pydantic or the protocol at module level: the server's start would pay for it (80 ms).
"""
