"""The audio of a scripted phone: sends speech, silence and key presses every 20 ms, keeps what comes in.

Knows RTP only; who talks to whom is the phone's business.
"""

import asyncio
import secrets
from collections import deque
from pathlib import Path
from typing import cast

import numpy as np
import soundfile

from ivr.audio.frame import FRAME_SECONDS, RATE
from ivr.audio.g711 import from_alaw, to_alaw
from ivr.simulator import rtp, sip

SILENCE = b"\xd5" * rtp.SAMPLES_PER_FRAME
LOUD = 300.0
"""RMS above which a frame is sound rather than line noise (16-bit scale)."""
RECENT_SECONDS = 5.0


class CallAudio(asyncio.DatagramProtocol):
    """Both directions of one call's sound."""

    def __init__(self) -> None:
        self.peer: tuple[str, int] | None = None
        """Where our frames go; told by the session description."""
        self.began = 0.0
        self._to_say: deque[bytes] = deque()
        self._to_press: deque[str] = deque()
        self._received: list[tuple[float, bytes]] = []
        self._sender: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port: int = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        packet = rtp.decode(data)
        if packet.payload_type == sip.ALAW_PAYLOAD:
            self._received.append((asyncio.get_running_loop().time(), packet.payload))

    def begin(self) -> None:
        """Start sending: silence until told otherwise."""
        self.began = asyncio.get_running_loop().time()
        self._sender = asyncio.create_task(self._send(), name="rtp-sender")

    async def aclose(self) -> None:
        """Stop sending and free the socket."""
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
        self._transport.close()

    def speak(self, slin: bytes) -> None:
        """Queue 8 kHz 16-bit audio."""
        coded = to_alaw(slin)
        for start in range(0, len(coded), rtp.SAMPLES_PER_FRAME):
            self._to_say.append(coded[start : start + rtp.SAMPLES_PER_FRAME].ljust(len(SILENCE), b"\xd5"))

    def press(self, keys: str) -> None:
        """Queue key presses; they go before speech."""
        self._to_press.extend(keys)

    @property
    def idle(self) -> bool:
        """Nothing left to say or press."""
        return not self._to_say and not self._to_press

    def quiet_for(self) -> float:
        """Seconds since the last loud frame came in."""
        now = asyncio.get_running_loop().time()
        for at, payload in reversed(self._received):
            if at < now - RECENT_SECONDS:
                break
            if is_loud(from_alaw(payload)):
                return now - at
        return now - self.began

    def first_sound_after(self, moment: float) -> float | None:
        """Loop time of the first loud frame received after *moment*."""
        return next(
            (at for at, payload in self._received if at > moment and is_loud(from_alaw(payload))), None
        )

    def heard(self) -> bytes:
        """What came in, as 8 kHz 16-bit audio in real time."""
        if not self._received:
            return b""
        length = int((self._received[-1][0] - self.began) * RATE) + rtp.SAMPLES_PER_FRAME
        audio = np.zeros(max(length, 0), "<i2")
        position = 0
        for at, payload in self._received:
            samples = np.frombuffer(from_alaw(payload), "<i2")
            due = max(0, int((at - self.began) * RATE))
            if abs(due - position) > 4 * rtp.SAMPLES_PER_FRAME:  # a gap, not jitter
                position = due
            end = min(position + len(samples), len(audio))
            audio[position:end] = samples[: max(0, end - position)]
            position = end
        return audio.tobytes()

    def save(self, path: Path) -> None:
        """Write what was heard as a WAV file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.frombuffer(self.heard(), "<i2"), RATE, subtype="PCM_16")

    async def _send(self) -> None:
        """Send one packet every 20 ms of an absolute clock."""
        loop, source = asyncio.get_running_loop(), secrets.randbits(32)
        sequence, timestamp = secrets.randbits(15), secrets.randbits(30)
        events: deque[bytes] = deque()
        due = loop.time()
        while True:
            if not events and self._to_press:
                events.extend(rtp.key_events(self._to_press[0]))
            if events:
                first = len(events) == rtp.EVENT_FRAMES + rtp.EVENT_ENDS
                payload = events.popleft()
                packet = rtp.Packet(sip.EVENTS_PAYLOAD, sequence, timestamp, source, payload, marker=first)
                if not events:
                    self._to_press.popleft()
                    timestamp += len(SILENCE) * (rtp.EVENT_FRAMES + rtp.EVENT_ENDS)
            else:
                frame = self._to_say.popleft() if self._to_say else SILENCE
                packet = rtp.Packet(sip.ALAW_PAYLOAD, sequence, timestamp, source, frame)
                timestamp += len(SILENCE)
            if self.peer is not None:
                self._transport.sendto(packet.encode(), self.peer)
            sequence += 1
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))


def is_loud(slin: bytes) -> bool:
    """Whether 16-bit audio is sound rather than line noise."""
    samples = np.frombuffer(slin, "<i2").astype(np.float32)
    return len(samples) > 0 and float(np.sqrt(np.mean(samples**2))) > LOUD
