"""A call from a supervisor's browser: satisfies the ``Channel`` that a call drives, over one WebSocket.

Decides nothing. Audio is paced by the ticker of all calls and passes through the telephone's codec both ways.
"""

import asyncio
import json

from starlette.websockets import WebSocket, WebSocketDisconnect

from ivr.audio.frame import FRAME_BYTES, FRAME_SECONDS
from ivr.audio.jitter import JitterQueue
from ivr.audio.ticker import Ticker
from ivr.console.preview import through_the_line
from ivr.dialogue.actions import LeaveMessage, Transfer
from ivr.dialogue.events import KEYS
from ivr.telephony.audible import AudibleChannel
from ivr.telephony.callaudio import CallAudio
from ivr.telephony.ports import EarFactory, Voice

WAITING = 150
"""Three seconds of frames: a browser that takes nothing for so long is gone."""
AHEAD_SECONDS = 2.0
"""A microphone may deliver a stall's audio at once, but never more than time has passed."""


class BrowserStream:
    """One WebSocket: frames and keys in, frames and news out. A frame is 20 ms of 8 kHz 16-bit audio."""

    def __init__(self, socket: WebSocket, ticker: Ticker) -> None:
        self._socket, self._ticker = socket, ticker
        self._audio: CallAudio | None = None
        self._received = JitterQueue()
        self._playing: bytes | None = None
        self._outgoing: asyncio.Queue[bytes | str | None] = asyncio.Queue(WAITING)
        self._closed = False

    def attach(self, audio: CallAudio) -> None:
        """Give the stream its call; from the next tick on it plays and hears."""
        self._audio = audio
        if self._closed:
            audio.media_closed()
        else:
            self._ticker.add(self)

    def tell(self, **news: object) -> None:
        """Send *news* to the page, in order with the audio."""
        self._send(json.dumps(news, ensure_ascii=False))

    def play(self) -> None:
        """Send one frame, if there is one (the ticker calls this): the page makes silence itself."""
        if self._audio is not None and (frame := self._audio.next_frame()) is not None:
            self._playing = through_the_line(frame)
            self._send(self._playing)
        else:
            self._playing = None

    def listen(self) -> None:
        """Hand on what has arrived (the ticker calls this)."""
        if self._audio is None:
            return
        frame, late = self._received.take()
        self._audio.hear(frame, self._playing)
        for each in late:
            self._audio.hear(each, None)

    def abort(self) -> None:
        """Leave the clock; what is still to be sent is sent. Idempotent."""
        self._ticker.remove(self)
        if not self._closed:
            self._closed = True
            if self._audio is not None:
                self._audio.media_closed()

    async def read(self) -> None:
        """Take what the browser sends until it hangs up, or sends what no browser of ours does."""
        clock = asyncio.get_running_loop().time
        began, frames = clock(), 0
        try:
            while (message := await self._socket.receive())["type"] == "websocket.receive":
                samples, key = message.get("bytes"), message.get("text")
                if samples is None and key in KEYS and self._audio is not None:
                    self._audio.key(str(key))
                    continue
                frames += 1
                ahead = frames * FRAME_SECONDS - (clock() - began)
                if samples is None or len(samples) != FRAME_BYTES or ahead > AHEAD_SECONDS:
                    break
                if self._audio is not None:
                    self._received.put(through_the_line(samples))
        except WebSocketDisconnect:
            pass
        self.abort()

    async def write(self) -> None:
        """Send what waits, until ``finish`` or until nobody takes it any more."""
        try:
            while (item := await self._outgoing.get()) is not None:
                if isinstance(item, bytes):
                    await self._socket.send_bytes(item)
                else:
                    await self._socket.send_text(item)
        except WebSocketDisconnect:
            self.abort()

    def finish(self) -> None:
        """Have ``write`` return once everything is sent."""
        self.abort()
        self._send(None)

    def _send(self, item: bytes | str | None) -> None:
        try:
            self._outgoing.put_nowait(item)
        except asyncio.QueueFull:
            self.abort()


class BrowserChannel(AudibleChannel):
    """One call: the stream carries its audio, the page is where it ends."""

    def __init__(self, stream: BrowserStream, voice: Voice, make_ear: EarFactory) -> None:
        super().__init__(voice, make_ear)
        self._stream = stream

    async def answer(self) -> None:
        """Begin to play and hear."""
        self._stream.attach(self._audio)

    async def transfer(self, transfer: Transfer) -> None:
        """No agent is disturbed: the page says who would be."""

    async def leave_message(self, leave: LeaveMessage) -> None:
        """No message is kept."""

    async def hang_up(self) -> None:
        """The call ends with the dialogue."""

    async def aclose(self) -> None:
        """Free the ear. Idempotent."""
        self._stream.abort()
        await self._audio.aclose()
