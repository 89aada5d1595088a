"""Asterisk's end of one AudioSocket stream: a phone that speaks, presses keys and listens.

Sends a frame per tick like Asterisk does; judges nothing of what it hears.
"""

import asyncio
import socket
from collections import deque
from uuid import UUID

from ivr.audio.frame import FRAME_BYTES, FRAME_SECONDS
from ivr.telephony.audiosocket import (
    Audio,
    HungUp,
    Message,
    Parser,
    encode_audio,
    encode_identity,
    encode_key,
)


class AudioSocketPeer:
    """One stream to our server."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, speed: float = 1.0
    ) -> None:
        self.heard = bytearray()
        """All audio received so far, ``slin`` at 8 kHz."""
        self.arrivals: list[float] = []
        """Loop time at which each frame of :attr:`heard` came."""
        self.spoken: list[float] = []
        """Loop time at which each frame of what was to be said went out."""
        self.ended_well = False
        """Whether the server ended the stream with 0x00 or a close."""
        self._reader = reader
        self._writer = writer
        self._interval = FRAME_SECONDS / speed
        self._saying: deque[bytes] = deque()
        self._parser = Parser()

    @classmethod
    async def connect(
        cls, host: str, port: int, uuid: UUID, *, speed: float = 1.0, before: "AudioSocketPeer | None" = None
    ) -> "AudioSocketPeer":
        """Open the stream of the call *uuid*; *speed* above 1 lives faster than real time.

        After *before*, the same caller's stream until now, what was heard and is still to be said goes on.
        """
        reader, writer = await asyncio.open_connection(host, port)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.write(encode_identity(uuid))
        peer = cls(reader, writer, speed=speed)
        if before is not None:
            peer.heard, peer.arrivals = before.heard, before.arrivals
            peer.spoken, peer._saying = before.spoken, before._saying
        return peer

    def speak(self, samples: bytes) -> None:
        """Say *samples* after what is still to be said."""
        frames = (samples[at : at + FRAME_BYTES] for at in range(0, len(samples), FRAME_BYTES))
        self._saying.extend(frame.ljust(FRAME_BYTES, b"\0") for frame in frames)

    @property
    def speaking(self) -> bool:
        """Whether something is still to be said."""
        return bool(self._saying)

    def press(self, key: str) -> None:
        """Press and release one key."""
        self._writer.write(encode_key(key))

    def hang_up(self) -> None:
        """Put the receiver down: Asterisk just closes."""
        self._writer.close()

    async def run(self) -> None:
        """Speak and listen until either side ends the stream."""
        try:
            async with asyncio.TaskGroup() as group:
                speaker = group.create_task(self._speak_forever())
                await self._listen()
                speaker.cancel()
        finally:
            self._writer.close()

    async def _speak_forever(self) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while not self._writer.is_closing():
            if self._saying:
                self._writer.write(encode_audio(self._saying.popleft()))
                self.spoken.append(clock())
            else:
                self._writer.write(encode_audio(bytes(FRAME_BYTES)))
            due += self._interval
            await asyncio.sleep(due - clock())

    async def _listen(self) -> None:
        try:
            while data := await self._reader.read(65_536):
                for message in self._parser.feed(data):
                    if self._take(message):
                        return
            self.ended_well = True
        except ConnectionError:
            pass

    def _take(self, message: Message) -> bool:
        """Handle *message*; return whether the stream has ended."""
        if isinstance(message, Audio):
            self.heard += message.samples
            self.arrivals.append(asyncio.get_running_loop().time())
        if isinstance(message, HungUp):
            self.ended_well = True
        return self.ended_well
