"""The manager interface of Asterisk: who is free in the queues, callbacks, and the life sign of our calls.

Never blocks a call: what callers are told comes from the board in memory, and every action has a deadline.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence

import structlog

from ivr.background import Background
from ivr.config import AmiSettings
from ivr.french.number_plan import NumberPlan
from ivr.queue_names import is_queue_name
from ivr.telephony.amilink import AmiError, AmiLink, AmiRefused, AmiUnavailable, Headers
from ivr.telephony.caller import plain
from ivr.telephony.queueboard import QueueBoard

log = structlog.get_logger()

RETRY_SECONDS = 2.0
PING_SECONDS = 5.0
"""A mute Asterisk is noticed after this, plus the time an action may take."""
REFRESH_BEATS = 12
"""Every twelfth ping is a ``QueueStatus``, in case an event was missed."""
CALLBACK_SECONDS = 120.0
"""How long a callback looks for an agent, as long as a caller waits in the queue (``IVR_QUEUE_WAIT``)."""


class AmiClient:
    """Keeps one login alive, and the board true; satisfies ``Lifeline``."""

    def __init__(
        self,
        settings: AmiSettings,
        *,
        retry_seconds: float = RETRY_SECONDS,
        ping_seconds: float = PING_SECONDS,
        background: Background | None = None,
        plan: NumberPlan | None = None,
        told: Callable[[Headers], None] = lambda event: None,
    ) -> None:
        """*background* watches the task that keeps the login; *plan* is what callbacks may call.

        *told* hears what the dialplan says by ``UserEvent``.
        """
        self._told = told
        self._plan = plan or NumberPlan()
        self.board = QueueBoard()
        self.problem = ""
        """Why there is no connection; empty while there is one."""
        self._settings = settings
        self._retry_seconds = retry_seconds
        self._ping_seconds = ping_seconds
        self._link: AmiLink | None = None
        self._background = background or Background()
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where it is: host and port."""
        return f"{self._settings.host}:{self._settings.port}"

    @property
    def known(self) -> bool:
        """Whether we are logged in and have been told of the queues."""
        return self.connected and self.board.live

    @property
    def connected(self) -> bool:
        """Whether we are logged in."""
        return self._link is not None and not self._link.lost.done()

    async def start(self) -> None:
        """Begin to connect, and return at once: calls are answered without AMI too."""
        self._task = self._background.task("ami", self._stay_connected)

    async def aclose(self) -> None:
        """Log out, for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def action(
        self, name: str, headers: Mapping[str, str | Sequence[str]], seconds: float | None = None
    ) -> list[Headers]:
        """Send one action; return its answer and the events that belong to it. Raises AmiError."""
        if self._link is None:
            raise AmiUnavailable(f"no connection to AMI: {self.problem or 'not started'}")
        return await self._link.request(name, headers, seconds or self._settings.timeout)

    async def ping(self) -> None:
        """Return if Asterisk answers. Raises AmiError."""
        await self.action("Ping", {})

    async def setvar(self, channel: str, name: str, value: str) -> None:
        """Set a variable of *channel*. Raises AmiError."""
        if not channel:
            raise AmiRefused("Setvar without a channel would set a global variable")
        await self.action("Setvar", {"Channel": channel, "Variable": name, "Value": value})

    async def renew(self, call: str, seconds: float) -> str:
        """Let the dead-man switch of *call*, a unique id, wait *seconds* more; return why it does not."""
        try:
            await self.setvar(call, "TIMEOUT(absolute)", f"{seconds:g}")
        except AmiError as error:
            return str(error)
        return ""

    async def redirect(self, channel: str, context: str, extension: str = "s") -> None:
        """Take *channel* out of whatever it does, to *extension* of *context*. Raises AmiError."""
        headers = {"Channel": channel, "Context": context, "Exten": extension, "Priority": "1"}
        await self.action("Redirect", headers)

    async def originate_callback(self, number: str, queue: str, intent: str = "") -> None:
        """Find an agent through *queue*, then call *number* and connect them (dialplan ``ivr-callback``).

        Returns when the agent has answered. Raises AmiError: nobody did, or it could not be tried.
        """
        if not self._plan.may_be_called(number) or not is_queue_name(queue):
            raise AmiRefused("a callback needs a queue and a number of [numbers] called")
        headers: dict[str, str | Sequence[str]] = {
            "Channel": "Local/agent@ivr-callback/n",
            "Context": "ivr-callback",
            "Exten": "customer",
            "Priority": "1",
            "Timeout": str(int(CALLBACK_SECONDS * 1000)),
            "Async": "true",
            "Variable": [
                f"__IVR_CALLBACK_NUMBER={number}",
                f"__IVR_CALLBACK_QUEUE={queue}",
                f"__IVR_INTENT={plain(intent)}",
                "__IVR_REASON=callback",
            ],
        }
        await self.action("Originate", headers, CALLBACK_SECONDS + self._settings.timeout)

    async def refresh(self) -> None:
        """Ask for the whole state of the queues. Raises AmiError."""
        self.board.replace((await self.action("QueueStatus", {}))[1:])

    async def _stay_connected(self) -> None:
        while True:
            try:
                await self._hold_one_link()
            except (OSError, TimeoutError, AmiError) as error:
                self._report(str(error) or "no answer")
            await asyncio.sleep(self._retry_seconds)

    async def _hold_one_link(self) -> None:
        link = AmiLink(self._settings, self._take)
        try:
            async with asyncio.timeout(self._settings.timeout):
                await link.open()
            self._link = link
            await self.refresh()
            self.problem = ""
            log.info("ami.connected")
            for beat in itertools.count(1):
                await asyncio.wait({link.lost}, timeout=self._ping_seconds)
                await (self.ping() if beat % REFRESH_BEATS else self.refresh())
        finally:
            self._link = None
            self.board.forget()
            link.close()

    def _take(self, event: Headers) -> None:
        if event.get("event", "").lower() == "userevent":
            self._told(event)
        else:
            self.board.apply(event)

    def _report(self, problem: str) -> None:
        """Say it once, not every two seconds."""
        if problem != self.problem:
            log.error("ami.unavailable", problem=problem, consequence="queues unknown, calls unguarded")
        self.problem = problem
