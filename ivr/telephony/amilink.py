"""One connection to Asterisk's manager interface: panoramisk, with workarounds for its defects.

Lives from one login to the first fault and is then discarded, so that nothing is ever replayed or
reconnected unnoticed. Each workaround names the defect where it is.
"""

import asyncio
import codecs
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from panoramisk import Manager
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from ivr.config import AmiSettings
from ivr.errors import IvrError

log = structlog.get_logger()

LONGEST_MESSAGE = 1_000_000
"""Characters that may come without a message's end."""
Headers = dict[str, str]
"""One message of Asterisk, names in lower case."""


class AmiError(IvrError):
    """Asterisk's manager interface cannot do what it was asked."""


class AmiUnavailable(AmiError):
    """There is no connection, or it broke while we waited."""


class AmiTimeout(AmiError):
    """No answer in time."""


class AmiRefused(AmiError):
    """Asterisk said no; the message is its reason."""


class AmiLink(Manager):  # type: ignore[misc] # panoramisk has no types
    """One login."""

    def __init__(self, settings: AmiSettings, on_event: Callable[[Headers], None]) -> None:
        loop = asyncio.get_running_loop()
        quiet = logging.getLogger("panoramisk")
        quiet.setLevel(logging.CRITICAL)  # it logs secrets of actions; we log what matters
        super().__init__(
            host=settings.host,
            port=settings.port,
            username=settings.username,
            secret=clean(settings.secret),
            loop=loop,
            log=quiet,
            protocol_factory=_Protocol,
        )
        self.lost: asyncio.Future[None] = loop.create_future()
        self._deliver = on_event
        self._connecting: asyncio.Task[Any] | None = None
        self.register_event("*", self._on_event)

    async def open(self) -> None:
        """Connect and log in (panoramisk returns before that). Raises OSError, AmiRefused, AmiUnavailable."""
        self._connecting = self.connect()
        await self._connecting
        if (await self._first(self._logged_in)).get("response") != "Success":
            raise AmiRefused("wrong user name or secret: compare [ami] of ivr.toml with manager.conf")

    async def request(
        self, name: str, headers: Mapping[str, str | Sequence[str]], seconds: float
    ) -> list[Headers]:
        """Send one action and return its answer, then the events that belong to it.

        Raises:
            AmiTimeout: no complete answer within *seconds*; the action is forgotten, never replayed.
            AmiUnavailable: the connection broke.
            AmiRefused: Asterisk answered with an error.
        """
        if self.lost.done():
            raise AmiUnavailable("no connection to AMI")
        action = Action({"Action": name} | {key: clean(value) for key, value in headers.items()})
        self.send_action(action)
        try:
            async with asyncio.timeout(seconds):
                messages = await self._answer(action)
        except TimeoutError:
            raise AmiTimeout(f"{name}: no answer within {seconds:g} s") from None
        finally:
            action.future.cancel()
            self.protocol.responses.pop(action.id, None)
        for message in messages:
            if message.get("response", "Success") not in ("Success", "Follows"):
                raise AmiRefused(f"{name}: {message.get('message') or message.get('reason') or 'refused'}")
        return messages

    def close(self) -> None:
        """Close at once; nothing reconnects."""
        if self._connecting is not None:
            self._connecting.cancel()
        super().close()
        self._break()

    # What panoramisk calls back:

    def connection_made(self, task: asyncio.Task[Any]) -> None:
        """A failed or cancelled connect is reported by ``open`` and not tried again here."""
        if not task.cancelled() and task.exception() is None:
            super().connection_made(task)
            self._logged_in = self.authenticated_future

    def connection_lost(self, error: object) -> None:
        """The link is over; whoever keeps it makes a new one."""
        self._break()

    def login(self, future: object) -> None:
        """``open`` looks at the answer."""

    def ping(self) -> None:
        """The client pings and checks the answers; panoramisk never does."""

    def send_awaiting_actions(self, *_: object) -> None:
        """Nothing is ever replayed."""

    def _on_event(self, _: object, message: Message) -> None:
        self._deliver(_headers(message))

    def _break(self) -> None:
        if self.pinger is not None:
            self.pinger.cancel()
        if not self.lost.done():
            self.lost.set_result(None)

    async def _answer(self, action: Action) -> list[Headers]:
        answer = await self._first(action.future)
        return answer if isinstance(answer, list) else [answer]

    async def _first(self, future: asyncio.Future[Any]) -> Any:
        await asyncio.wait({future, self.lost}, return_when=asyncio.FIRST_COMPLETED)
        if not future.done():
            raise AmiUnavailable("AMI closed the connection")
        result = future.result()
        return [_headers(each) for each in result] if isinstance(result, list) else _headers(result)


class _Protocol(AMIProtocol):  # type: ignore[misc] # panoramisk has no types
    """Bytes to messages."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def data_received(self, data: bytes) -> None:
        """Letters cut by TCP are put together again, and a message has a bound."""
        super().data_received(self._decoder.decode(data).encode())
        if self.queue and len(self.queue[-1]) > LONGEST_MESSAGE:
            log.warning("ami.endless_message")
            self.transport.abort()

    def handle_message(self, message: Message) -> None:
        """A message that nobody can handle harms no other (panoramisk drops the connection)."""
        try:
            super().handle_message(message)
        except Exception:  # boundary: foreign code on foreign data
            log.exception("ami.message_failed")


def clean(value: str | Sequence[str]) -> str | list[str]:
    """Return *value* without line breaks and other controls: each would begin a header of its own."""
    if not isinstance(value, str):
        return [str(clean(each)) for each in value]
    return "".join(" " if ord(c) < 32 or ord(c) == 127 else c for c in value)


def _headers(message: Message) -> Headers:
    """Headers that come more than once keep their last value."""
    pairs = ((str(name), value) for name, value in message.items())
    return {name.lower(): str(value[-1] if isinstance(value, list) else value) for name, value in pairs}
