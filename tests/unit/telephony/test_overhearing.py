"""A call as somebody overhears it."""

import pytest

from ivr.telephony.overhearing import mixed

pytestmark = pytest.mark.unit


def frame(level: int) -> bytes:
    return level.to_bytes(2, "little", signed=True) * 160


@pytest.mark.parametrize(
    ("received", "playing", "together"),
    [
        (frame(1000), frame(-300), frame(700)),
        (frame(30_000), frame(30_000), frame(32_767)),
        (frame(-30_000), frame(-30_000), frame(-32_768)),
        (None, frame(5), frame(5)),
        (frame(5), None, frame(5)),
        (None, None, frame(0)),
    ],
)
def test_both_directions_are_one_sound(
    received: bytes | None, playing: bytes | None, together: bytes
) -> None:
    """Added, clipped rather than wrapped; whoever is silent is silence."""
    assert mixed(received, playing) == together
