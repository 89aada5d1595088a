"""Asterisk's end of one FastAGI session: a call that does what it is told.

Behaves as measured on Asterisk 22 (``AGIEXITONHANGUP=yes``, a dead-man switch that hands the caller
over); the dialplan behind it is only its outcome.
"""

import asyncio
import itertools
import shlex
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from ivr.simulator.peers.audiosocket_peer import AudioSocketPeer

HUNG_UP = "hung-up"
TIMED_OUT = "timeout"
"""Outcomes beside the values of ``IVR_RESULT``."""


_calls = itertools.count(1)


class AgiPeer:
    """One call from Asterisk to our server."""

    def __init__(
        self,
        server: tuple[str, int],
        *,
        number: str = "0612345678",
        channel: str = "PJSIP/caller-00000001",
        query: str = "",
        arguments: Sequence[str] = (),
        speed: float = 1.0,
    ) -> None:
        self.channel = channel
        self.unique_id = f"1790000000.{next(_calls)}"
        self.variables: dict[str, str] = {}
        self.commands: list[str] = []
        self.stream: AudioSocketPeer | None = None
        self.up = asyncio.Event()
        """Set when the audio flows, or when the call ended without it."""
        self._server = server
        self._environment = _environment(number, channel, self.unique_id, query, arguments)
        self._speed = speed
        self._deadline = asyncio.timeout(None)
        self._hung_up = self._ended = False
        self._writer: asyncio.StreamWriter | None = None

    async def run(self) -> str:
        """Place the call; return its outcome: ``IVR_RESULT``, ``hung-up``, ``timeout``, or nothing at all.

        Nothing at all means that the dialplan brings the caller to a person on its own.
        """
        try:
            async with self._deadline:
                await self._converse()
        except TimeoutError:
            return TIMED_OUT
        finally:
            self._ended = True
            self.up.set()
            self._close()
        return HUNG_UP if self._hung_up else self.variables.get("IVR_RESULT", "")

    def hang_up(self) -> None:
        """Let the caller put the receiver down."""
        self._hung_up = True
        self._close()

    def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable, from AGI or AMI; ``TIMEOUT(absolute)`` is the dead-man switch.

        Its seconds are real ones whatever the speed: our server renews it by its own clock.
        """
        if self._ended:
            return
        self.variables[name] = value
        if name == "TIMEOUT(absolute)":
            seconds = float(value)
            now = asyncio.get_running_loop().time()
            self._deadline.reschedule(now + seconds if seconds else None)

    def _close(self) -> None:
        if self.stream is not None:
            self.stream.hang_up()
        if self._writer is not None:
            self._writer.close()

    async def _converse(self) -> None:
        reader, self._writer = await asyncio.open_connection(*self._server)
        self._writer.write(self._environment)
        with suppress(ConnectionError):
            while line := await reader.readline():
                reply = await self._obey(line.decode().rstrip("\n"))
                if self._hung_up:
                    return
                self._writer.write(f"{reply}\n".encode())

    async def _obey(self, line: str) -> str:
        self.commands.append(line)
        match shlex.split(line):
            case ["ANSWER"]:
                return "200 result=0"
            case ["EXEC", "AudioSocket", arguments]:
                return f"200 result={await self._audiosocket(arguments)}"
            case ["SET", "VARIABLE", name, value]:
                self.set_variable(name, value)
                return "200 result=1"
            case ["GET", "VARIABLE", name]:
                known = name in self.variables
                return f"200 result=1 ({self.variables[name]})" if known else "200 result=0"
        return "510 Invalid or unknown command"

    async def _audiosocket(self, arguments: str) -> int:
        uuid, _, address = arguments.partition(",")
        host, _, port = address.rpartition(":")
        try:
            self.stream = await AudioSocketPeer.connect(
                host.strip("[]"), int(port), UUID(uuid), speed=self._speed, before=self.stream
            )
        except OSError:
            return -1
        self.up.set()
        await self.stream.run()
        return 0 if self.stream.ended_well else -1


def _environment(number: str, channel: str, unique_id: str, query: str, arguments: Sequence[str]) -> bytes:
    script = f"call?{query}" if query else "call"
    lines = {
        "network": "yes",
        "network_script": script,
        "request": f"agi://127.0.0.1/{script}",
        "channel": channel,
        "language": "fr",
        "type": "PJSIP",
        "uniqueid": unique_id,
        "callerid": number or "unknown",
        "calleridname": "unknown",
        "callingpres": "0",
        "context": "ivr-in",
        "extension": "0123456789",
        "priority": "7",
    } | {f"arg_{position}": argument for position, argument in enumerate(arguments, 1)}
    return "".join(f"agi_{name}: {value}\n" for name, value in lines.items()).encode() + b"\n"
