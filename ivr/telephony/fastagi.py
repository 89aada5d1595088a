"""The FastAGI server: Asterisk connects once per call and does what we say.

Decides nothing about a call; survives peers that close early, are slow, send too much or break the protocol.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from ivr.config import AgiSettings
from ivr.errors import IvrError
from ivr.tasks import Tasks
from ivr.telephony.agi import (
    AgiCommandError,
    AgiError,
    AgiHungUp,
    AgiSyntaxError,
    AgiTimeout,
    Environment,
    HangUpNotice,
    Message,
    Parser,
    Reply,
    encode_command,
)
from ivr.telephony.binding import ACCEPTED_AT_ONCE, binding, queue_more
from ivr.telephony.gate import Gate

log = structlog.get_logger()

READ_BYTES = 16_384
COMMAND_SECONDS = 5.0
"""Asterisk answers everything but ``EXEC`` within milliseconds."""


class AgiSession:
    """One call under our control, one command at a time."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        environment: Environment,
        parser: Parser,
    ) -> None:
        self.environment = environment
        self._reader = reader
        self._writer = writer
        self._parser = parser
        self._turn = asyncio.Lock()
        self._reply: asyncio.Future[Reply | None] | None = None
        self._hung_up = asyncio.Event()
        self._proof: Callable[[], None] = lambda: None

    @property
    def hung_up(self) -> bool:
        """Whether the channel or the connection is gone."""
        return self._hung_up.is_set()

    async def wait_hung_up(self) -> None:
        """Return as soon as the channel or the connection is gone."""
        await self._hung_up.wait()

    async def execute(self, verb: str, *arguments: str, seconds: float | None = COMMAND_SECONDS) -> Reply:
        """Send one command and return Asterisk's answer, code 200.

        A command given up (cancelled, timed out) still holds its turn until Asterisk has answered it.

        Raises:
            AgiHungUp: the channel or the connection is gone.
            AgiTimeout: no reply within *seconds*.
            AgiCommandError: Asterisk refused.
            AgiArgumentError: the command must not be sent.
        """
        line = encode_command(verb, *arguments)
        try:
            async with asyncio.timeout(seconds), self._turn:
                reply = await self._exchange(line)
        except TimeoutError:
            raise AgiTimeout(f"{verb}: no reply within {seconds} s") from None
        except ConnectionError:
            self._hung_up.set()
            reply = None
        if reply is None or reply.code == 511:
            self._hung_up.set()
            raise AgiHungUp(f"{verb}: the channel is gone")
        if reply.code != 200:
            raise AgiCommandError(f"{verb}: {reply.text}")
        return reply

    async def answer(self) -> None:
        """Answer the channel. Raises like :meth:`execute`."""
        if (await self.execute("ANSWER")).result == "-1":
            raise AgiCommandError("ANSWER: the channel could not be answered")

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable or dialplan function. Raises like :meth:`execute`."""
        await self.execute("SET VARIABLE", name, value)

    async def get_variable(self, name: str) -> str | None:
        """Return a channel variable, None if it is not set. Raises like :meth:`execute`."""
        return (await self.execute("GET VARIABLE", name)).data

    async def run_application(self, name: str, arguments: str) -> Reply:
        """Run a dialplan application until it ends, however long. Raises like :meth:`execute`."""
        return await self.execute("EXEC", name, arguments, seconds=None)

    def on_proof(self, then: Callable[[], None]) -> None:
        """Call *then* once the session has proved to be of a call (the server says it)."""
        self._proof = then

    def prove(self) -> None:
        """The call's audio has come: this is Asterisk, and not somebody who says so. Idempotent."""
        self._proof()

    def close(self) -> None:
        """Give the channel back to the dialplan: ``AGI()`` returns. Idempotent."""
        self._writer.close()

    async def pump(self) -> None:
        """Read until the connection ends; the server runs this beside the call's handler."""
        try:
            while data := await self._reader.read(READ_BYTES):
                self.take(self._parser.feed(data))
        except ConnectionError:
            pass
        except AgiSyntaxError as error:
            log.warning("agi.nonsense", error=str(error))
            self._writer.transport.abort()
        finally:
            self._hung_up.set()
            self._resolve(None)

    async def _exchange(self, line: bytes) -> Reply | None:
        if self._reply is not None and not self._reply.done():
            await asyncio.shield(self._reply)
        if self._reader.at_eof() or self._writer.is_closing():
            return None
        self._reply = asyncio.get_running_loop().create_future()
        self._writer.write(line)
        await self._writer.drain()
        return await asyncio.shield(self._reply)

    def take(self, messages: list[Message]) -> None:
        """Handle what Asterisk said. Raises AgiSyntaxError for a reply to no command."""
        for message in messages:
            if isinstance(message, HangUpNotice):
                self._hung_up.set()
            elif isinstance(message, Reply) and not self._resolve(message):
                raise AgiSyntaxError(f"a reply to no command: {message.text[:80]!r}")

    def _resolve(self, reply: Reply | None) -> bool:
        if self._reply is None or self._reply.done():
            return False
        self._reply.set_result(reply)
        return True


Handler = Callable[[AgiSession], Awaitable[None]]
"""Conducts one call; when it returns (or fails) the channel goes back to the dialplan."""


class FastAgiServer:
    """Listens for Asterisk and runs *handler* once per call."""

    def __init__(self, settings: AgiSettings, handler: Handler, *, environment_seconds: float = 5.0) -> None:
        self._settings = settings
        self._handler = handler
        self._environment_seconds = environment_seconds
        self._gate = Gate(settings.networks, settings.connections)
        self._tasks = Tasks()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Where the server listens: host and port."""
        assert self._server is not None, "not started"
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    @property
    def connections(self) -> int:
        """Connections open now."""
        return len(self._gate)

    @property
    def refused(self) -> int:
        """Connections refused or displaced so far."""
        return self._gate.refused

    async def start(self) -> None:
        """Bind and accept. Raises ConfigurationError."""
        with binding("agi", self._settings):
            self._server = await asyncio.start_server(
                self._accept, self._settings.host, self._settings.port, backlog=ACCEPTED_AT_ONCE
            )
        queue_more(self._server.sockets)

    async def aclose(self, drain_seconds: float = 0.0) -> None:
        """Accept no more, let calls end for *drain_seconds*, then give the rest back to the dialplan."""
        if self._server is not None:
            self._server.close()
        if drain_seconds > 0:
            await self._tasks.finished(drain_seconds)
        await self._tasks.aclose()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._gate.admit(writer.transport, writer.get_extra_info("peername")):
            self._tasks.start(self._serve(reader, writer), "agi")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            session = await self._open(reader, writer)
            if session is not None:
                session.on_proof(lambda: self._gate.identify(writer.transport))
                await self._run(session)
        except (AgiError, IvrError, ConnectionError) as error:
            log.info("agi.call_lost", error=str(error))
        except ExceptionGroup as group:
            _, bugs = group.split((IvrError, AgiError, ConnectionError))
            if bugs is None:
                log.info("agi.call_lost", error="; ".join(map(str, group.exceptions)))
            else:
                log.error("agi.handler_failed", exc_info=bugs)
        except Exception:  # task boundary: this caller goes on in the dialplan, the others notice nothing
            log.exception("agi.handler_failed")
        finally:
            self._gate.leave(writer.transport)
            writer.close()

    async def _open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AgiSession | None:
        """Read the environment; None if the peer closes, dawdles or talks otherwise (a port scan)."""
        parser = Parser()
        try:
            async with asyncio.timeout(self._environment_seconds):
                while data := await reader.read(READ_BYTES):
                    match parser.feed(data):
                        case [Environment() as environment, *early]:
                            session = AgiSession(reader, writer, environment, parser)
                            session.take(early)
                            return session
        except (TimeoutError, AgiSyntaxError, ConnectionError) as error:
            log.debug("agi.stranger", error=str(error) or "too slow")
        return None

    async def _run(self, session: AgiSession) -> None:
        pump = self._tasks.start(session.pump(), "agi-pump")
        try:
            await self._handler(session)
        finally:
            pump.cancel()
