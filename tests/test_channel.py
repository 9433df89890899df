"""The channel: what comes down, what may go up, and what happens to what may not."""

from __future__ import annotations

from conftest import Stage


async def test_a_prompt_is_answered(stage: Stage) -> None:
    """A prompt over the channel gets the model's answer, from its turn's start to its end."""
    channel = await stage.channel(await stage.create())

    frames = await channel.turn("hello")

    assert channel.frames[0]["type"] == "welcome"
    assert frames[-1]["why"] == "completed"
    assert any(frame["type"] == "message" and frame["kind"] == "text" for frame in frames)
    assert channel.seqs == sorted(set(channel.seqs))
