"""A plain AudioSocket echo server: what frames cost when nothing is done with them, the floor of the bench.

Plays no prompt and recognises nothing. Also the base of `bench/frame_decoding.py`.
"""

import asyncio
import socket
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import cast

from bench.child import answer
from ivr.telephony.audiosocket import Audio, Parser, encode_audio


class Echo(asyncio.Protocol):
    """Sends every frame back as soon as it comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._parser = Parser()
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        for message in self._parser.feed(data):
            if isinstance(message, Audio):
                self._transport.write(encode_audio(message.samples))
                self.hear(message.samples)

    def hear(self, samples: bytes) -> None:
        """Take a frame."""


async def serve(pipe: Connection, protocol: Callable[[], Echo], lags: list[float]) -> None:
    """Listen on loopback, tell where, and answer: decoding *lags* since the last question, in seconds."""

    async def begin() -> None:
        lags.clear()

    async def result() -> list[float]:
        return list(lags)

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, backlog=512)
    async with server:
        pipe.send(("media", *server.sockets[0].getsockname()))
        await answer(pipe, {"begin": begin, "result": result})


def serve_echo(pipe: Connection) -> None:
    """Run it; the entry of the process."""
    asyncio.run(serve(pipe, Echo, []))
