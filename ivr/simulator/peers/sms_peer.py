"""A provider of text messages that takes whatever it is given.

Keeps what it was asked to send; sends nothing.
"""

import asyncio
import re
from types import TracebackType

HOST = "127.0.0.1"


class SmsPeer:
    """An HTTP interface on a free port; ``async with`` opens and closes it."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        """Bodies of the requests, as they came."""

    async def __aenter__(self) -> "SmsPeer":
        self._server = await asyncio.start_server(self._take, HOST, 0)
        self.url = f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}/messages"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"(?im)^content-length: *(\d+)", head)
        self.messages.append((await reader.readexactly(int(length[1]) if length else 0)).decode())
        writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
