"""A scripted SIP phone: calls or answers, speaks, presses keys, and keeps what it hears.

On loopback only; one call at a time. Its moves are methods, so that a script reads like a conversation.
"""

import asyncio
import secrets
from collections.abc import Callable
from types import TracebackType
from typing import cast

from ivr.audio.frame import FRAME_SECONDS
from ivr.errors import IvrError
from ivr.simulator import sip
from ivr.simulator.call_audio import CallAudio

HOST = "127.0.0.1"


class CallFailed(IvrError):
    """The far end refused, or nobody answered, called or spoke in time."""


class Phone(asyncio.DatagramProtocol):
    """One SIP phone; ``async with`` opens and closes its sockets."""

    def __init__(self, user: str = "caller", number: str = "0612345678", port: int = 0) -> None:
        self.audio = CallAudio()
        self.ended = asyncio.Event()
        """Set when either side hung up."""
        self.invite: sip.Message | None = None
        """The call that came in, with the headers an agent's phone would show."""
        self._user, self._number, self._wanted_port = user, number, port
        self._answer: asyncio.Future[sip.Message] = asyncio.get_running_loop().create_future()
        self._incoming: asyncio.Future[sip.Message] = asyncio.get_running_loop().create_future()
        self._talking = False
        self._closed = asyncio.Event()

    async def __aenter__(self) -> "Phone":
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, self._wanted_port))
        await loop.create_datagram_endpoint(lambda: self.audio, local_addr=(HOST, 0))
        self.port: int = self._signalling.get_extra_info("sockname")[1]
        self._leg = sip.Leg(HOST, self.port, self._user, secrets.token_hex(4), secrets.token_hex(8))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        await self.audio.aclose()
        self._signalling.close()
        await self._closed.wait()  # the port is free again

    # Moves

    async def call(self, extension: str, port: int, within: float = 15.0) -> None:
        """Dial *extension* at the SIP server on *port* and wait for the answer. Raises CallFailed."""
        leg, self._peer = self._leg, (HOST, port)
        leg.target = f"sip:{extension}@{HOST}:{port}"
        leg.local = f'"{self._number}" <sip:{self._number}@{HOST}>;tag={leg.tag}'
        leg.remote = f"<{leg.target}>"
        leg.branch = _branch()
        self._send(leg.request("INVITE", leg.branch, self._description()))
        try:
            async with asyncio.timeout(within):
                await self._answer
        except TimeoutError:
            raise CallFailed(f"{extension} did not answer within {within:.0f} s") from None
        self._begin()

    async def answer(self, ring: float = 0.3, within: float = 60.0) -> None:
        """Wait for a call, let it ring, and take it. Raises CallFailed."""
        try:
            async with asyncio.timeout(within):
                invite = await self._incoming
        except TimeoutError:
            raise CallFailed(f"nobody called {self._user} within {within:.0f} s") from None
        await asyncio.sleep(ring)
        if self.ended.is_set():
            raise CallFailed(f"the call to {self._user} was cancelled")
        leg = self._leg
        leg.target, leg.call_id = sip.contact(invite), invite.header("Call-ID")
        leg.local, leg.remote = f"{invite.header('To')};tag={leg.tag}", invite.header("From")
        leg.sequence = 100
        self._send(leg.response(invite, 200, "OK", self._description()))
        self._begin()

    async def say(self, slin: bytes) -> None:
        """Speak 8 kHz 16-bit audio and return when its last frame is sent."""
        self.audio.speak(slin)
        await self._until_idle()

    async def press(self, keys: str) -> None:
        """Press *keys* one after the other."""
        self.audio.press(keys)
        await self._until_idle()

    def hang_up(self) -> None:
        """End the call, if there is one."""
        if self._talking and not self.ended.is_set():
            self._send(self._leg.request("BYE", _branch()))
        self.ended.set()

    # Waiting for what the far end does

    async def wait_for_sound(self, within: float = 15.0) -> None:
        """Return as soon as something loud is heard. Raises CallFailed."""
        await self._wait(lambda: self.audio.quiet_for() < 2 * FRAME_SECONDS, within, "heard nothing")

    async def wait_for_quiet(self, seconds: float = 0.8, within: float = 40.0) -> None:
        """Return once the line has been silent for *seconds*. Raises CallFailed."""
        await self._wait(lambda: self.audio.quiet_for() >= seconds, within, "the line was never quiet")

    async def wait_for_end(self, within: float = 40.0) -> None:
        """Return when the far end hangs up. Raises CallFailed."""
        try:
            async with asyncio.timeout(within):
                await self.ended.wait()
        except TimeoutError:
            raise CallFailed(f"{self._user}: the call did not end within {within:.0f} s") from None

    async def _wait(self, condition: Callable[[], bool], within: float, complaint: str) -> None:
        try:
            async with asyncio.timeout(within):
                while not condition():
                    if self.ended.is_set():
                        raise CallFailed(f"{self._user}: the far end hung up")
                    await asyncio.sleep(FRAME_SECONDS / 2)
        except TimeoutError:
            raise CallFailed(f"{self._user}: {complaint} within {within:.0f} s") from None

    async def _until_idle(self) -> None:
        while not self.audio.idle and not self.ended.is_set():
            await asyncio.sleep(FRAME_SECONDS)

    # Signalling

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._signalling = cast(asyncio.DatagramTransport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = sip.decode(data)
        self._peer = addr
        self.audio.peer = message.media or self.audio.peer
        if message.status:
            self._on_response(message)
        else:
            self._on_request(message)

    def _on_response(self, message: sip.Message) -> None:
        if "INVITE" not in message.header("CSeq") or message.status < 200:
            return
        leg, accepted = self._leg, message.status < 300
        leg.remote = message.header("To")
        leg.target = sip.contact(message) if accepted else leg.target
        self._send(leg.request("ACK", _branch() if accepted else leg.branch))
        if not self._answer.done() and accepted:
            self._answer.set_result(message)
        elif not self._answer.done():
            self._answer.set_exception(CallFailed(f"refused: {message.start}"))

    def _on_request(self, message: sip.Message) -> None:
        match message.method:
            case "INVITE" if ";tag=" in message.header("To"):  # a re-INVITE: same audio as before
                self._send(self._leg.response(message, 200, "OK", self._description()))
            case "INVITE":
                self._send(self._leg.response(message, 180, "Ringing"))
                if not self._incoming.done():
                    self.invite = message
                    self._incoming.set_result(message)
            case "CANCEL" | "BYE":
                self._send(self._leg.response(message, 200, "OK"))
                if message.method == "CANCEL" and self.invite is not None:
                    self._send(self._leg.response(self.invite, 487, "Request Terminated"))
                self.ended.set()
            case "ACK":
                pass
            case _:
                self._send(self._leg.response(message, 200, "OK"))

    def _begin(self) -> None:
        self._talking = True
        self.audio.begin()

    def _description(self) -> str:
        return sip.session_description(HOST, self.audio.port)

    def _send(self, message: sip.Message) -> None:
        self._signalling.sendto(message.encode(), self._peer)


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(8)}"
