"""An HTTP server in our own event loop that no flood of connections can turn against the calls beside it.

Serves one application; decides nothing about its requests. Signals belong to whoever owns them.
"""

import asyncio
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

from ivr.background import Background
from ivr.config import ConsoleSettings, MonitoringSettings
from ivr.errors import ConfigurationError
from ivr.telephony.binding import ACCEPTED_AT_ONCE, queue_more
from ivr.telephony.gate import Gate

START_SECONDS = 10.0
LONGEST_MESSAGE = 4096
"""Bytes of a WebSocket message; those of a call are 320."""
HEAD_SECONDS = 10.0
"""So long a connection may be without a whole request, at its beginning and between two."""
BODY_SECONDS = 300.0
"""So long it may take to the end of its body: a recording over a slow line."""
STALLED_SECONDS = 30.0
"""A peer that takes nothing of its answer for so long is gone."""
LONGEST_HEAD = 16 * 1024


class HttpServer:
    """Serves one application."""

    def __init__(
        self,
        settings: MonitoringSettings | ConsoleSettings,
        app: ASGIApp,
        background: Background | None = None,
    ) -> None:
        """*background* watches the task that serves."""
        self.gate = Gate(None, settings.connections)
        self._settings = settings
        self._background = background or Background()
        self._table = "console" if isinstance(settings, ConsoleSettings) else "monitoring"
        self._config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=self._protocol,  # type: ignore[arg-type] # called like a class
            ws=self._web_socket,  # type: ignore[arg-type] # idem
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=ACCEPTED_AT_ONCE,
            h11_max_incomplete_event_size=LONGEST_HEAD,
            timeout_graceful_shutdown=2,
            ws_max_size=LONGEST_MESSAGE,
            ws_per_message_deflate=False,
        )
        self._server = _Server(self._config)
        self._task: asyncio.Task[None] | None = None
        self.address = ""
        """``host:port``, once started."""

    async def start(self) -> None:
        """Listen. Raises ConfigurationError when the port cannot be had."""
        self._task = self._background.task(f"{self._table} server", self._serve)
        async with asyncio.timeout(START_SECONDS):
            while not self._server.started:
                if self._task.done():
                    where = f"{self._settings.host}:{self._settings.port}"
                    raise ConfigurationError(
                        f"[{self._table}] {where}: cannot listen there; choose another port"
                    )
                await asyncio.sleep(0.01)
        sockets = self._server.servers[0].sockets
        queue_more(sockets)
        host, port = sockets[0].getsockname()[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def aclose(self) -> None:
        """Stop; requests in progress get two seconds."""
        self._server.should_exit = True
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task

    async def _serve(self) -> None:
        if self._server.started:  # it has died before: uvicorn's object cannot be used twice
            self._config.port = int(self.address.rpartition(":")[2])
            self._server = _Server(self._config)
        with suppress(SystemExit):  # how uvicorn says that the port is taken
            await self._server.serve()

    def _protocol(self, **arguments: Any) -> "BoundedHttp":
        return BoundedHttp(self.gate, **arguments)

    def _web_socket(self, **arguments: Any) -> "GatedWebSocket":
        return GatedWebSocket(self.gate, **arguments)


class BoundedHttp(H11Protocol):
    """One connection; it counts as idle unless a response is being sent to it."""

    def __init__(self, gate: Gate, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._gate = gate
        self._admitted = False
        self._expiry: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Check with the gate, and wait for a request (asyncio calls this)."""
        stream = cast(asyncio.Transport, transport)
        if not self._gate.admit(stream, transport.get_extra_info("peername")):
            return
        self._admitted = True
        super().connection_made(stream)
        self._expire_in(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Take bytes (asyncio calls this)."""
        if self._admitted and not self.transport.is_closing():
            before = self.cycle
            super().data_received(data)
            self._watch(before)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection (asyncio calls this)."""
        self._cancel()
        if self._admitted:
            self._gate.leave(self.transport)
            super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The peer takes nothing: give it some time (asyncio calls this)."""
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The peer takes its answer again (asyncio calls this)."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()

    def on_response_complete(self) -> None:
        """Wait for the next request; until it has come the connection is a stranger's again."""
        self._gate.forget(self.transport)
        before = self.cycle
        super().on_response_complete()
        if not self.transport.is_closing():
            self._expire_in(HEAD_SECONDS)
            self._watch(before)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Hand the connection over: from here on the application decides how long it lasts."""
        self._cancel()
        self._gate.identify(self.transport)
        super().handle_websocket_upgrade(event)

    def _watch(self, before: object) -> None:
        """Note how far the request has come."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return
        if not cycle.more_body:
            self._cancel_expiry()
            self._gate.identify(self.transport)
        elif cycle is not before:
            self._expire_in(BODY_SECONDS)

    def _expire_in(self, seconds: float) -> None:
        self._cancel_expiry()
        self._expiry = self.loop.call_later(seconds, self.transport.abort)

    def _cancel_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()

    def _cancel(self) -> None:
        self._cancel_expiry()
        if self._stalled is not None:
            self._stalled.cancel()


class GatedWebSocket(WSProtocol):
    """A WebSocket that leaves the gate by which its HTTP connection came in."""

    def __init__(self, gate: Gate, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._gate = gate

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection (asyncio calls this)."""
        self._gate.leave(self.transport)
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()
