"""A call as a supervisor hears it while it goes on: both directions, mixed.

Never delays the call: a listener that is too slow loses frames.
"""

import asyncio
from collections.abc import AsyncIterator

import numpy as np

from ivr.audio.frame import FRAME_BYTES

WAITING = 100
"""Frames that wait for a listener: two seconds."""
SILENCE = bytes(FRAME_BYTES)

Frame = tuple[bytes | None, bytes | None]
"""The caller's and ours."""


class Overhearing:
    """One listener on one call. ``take`` is for the ticker, the iterator for whoever listens."""

    def __init__(self) -> None:
        self.missed = 0
        """Frames nobody took in time."""
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue(WAITING)

    def take(self, received: bytes | None, playing: bytes | None) -> None:
        """Offer one tick of the call. Returns at once."""
        if self._frames.full():
            self.missed += 1
        else:
            self._frames.put_nowait((received, playing))

    def end(self) -> None:
        """The call is over; what waits is still heard."""
        if self._frames.full():
            self._frames.get_nowait()
        self._frames.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield 8 kHz ``slin`` until the call ends."""
        while (frame := await self._frames.get()) is not None:
            yield mixed(*frame)


def mixed(received: bytes | None, playing: bytes | None) -> bytes:
    """Return both directions as one frame, clipped where they are loud together."""
    if received is None or playing is None:
        return received or playing or SILENCE
    both = np.frombuffer(received, "<i2").astype(np.int32) + np.frombuffer(playing, "<i2")
    return bytes(np.clip(both, -32768, 32767).astype("<i2").tobytes())
