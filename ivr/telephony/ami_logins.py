"""One login at the manager interface of each Asterisk that sends us calls.

What concerns a call goes to the Asterisk that it is on; a callback goes through one that has an agent free.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from ivr.background import Background
from ivr.config import AmiSettings
from ivr.french.number_plan import NumberPlan
from ivr.telephony.ami import AmiClient
from ivr.telephony.amilink import Headers
from ivr.telephony.queueboard import Agent, QueueFacts

REMEMBERED = 2_000
"""Calls of which we remember where they are."""


class AmiLogins:
    """Satisfies the channel's ``Lifeline``, and the boards and the originator of callbacks."""

    def __init__(
        self,
        settings: AmiSettings,
        background: Background | None = None,
        plan: NumberPlan | None = None,
        told: Callable[[Headers], None] = lambda event: None,
    ) -> None:
        """*background* watches what keeps the logins; *plan* is what callbacks may call.

        *told* hears what a dialplan says by ``UserEvent``.
        """
        self.clients = tuple(
            AmiClient(each, background=background, plan=plan, told=told) for each in settings.each()
        )
        self._where: OrderedDict[str, AmiClient] = OrderedDict()

    @property
    def connected(self) -> bool:
        """Whether we are logged in anywhere."""
        return any(client.connected for client in self.clients)

    @property
    def problem(self) -> str:
        """Which Asterisk cannot be reached, and why; empty when all can."""
        found = [(client.address, client.problem or "not connected") for client in self.clients]
        lost = [each for each, client in zip(found, self.clients, strict=True) if not client.connected]
        return "; ".join(f"{address}: {problem}" for address, problem in lost)

    async def start(self) -> None:
        """Begin to connect, and return at once."""
        for client in self.clients:
            await client.start()

    async def aclose(self) -> None:
        """Log out, for good."""
        await asyncio.gather(*(client.aclose() for client in self.clients))

    async def renew(self, call: str, seconds: float) -> str:
        """Let the dead-man switch of *call*, a unique id, wait *seconds* more; return why it does not."""
        known = self._where.get(call)
        reason = "no Asterisk is known"
        for client in (known,) if known is not None else self.clients:
            if not (reason := await client.renew(call, seconds)):
                self._remember(call, client)
                return ""
        return reason

    def board_of(self, call: str) -> "BoardOfCall":
        """Return the queues as the Asterisk of *call* knows them."""
        return BoardOfCall(self, call)

    def client_of(self, call: str) -> AmiClient | None:
        """Return the login at the Asterisk of *call*, None while it is not known which that is."""
        return self.clients[0] if len(self.clients) == 1 else self._where.get(call)

    def facts(self, queue: str) -> QueueFacts | None:
        """Return what is known of *queue* where most agents are free for who does not wait yet."""
        client = self._best(queue)
        return client.board.facts(queue) if client is not None else None

    def agents(self, queue: str) -> tuple[Agent, ...]:
        """Return who serves *queue* on any Asterisk."""
        return tuple(agent for client in self.clients for agent in client.board.agents(queue))

    async def originate_callback(self, number: str, queue: str, intent: str = "") -> None:
        """Find an agent through *queue*, then call *number*. Raises AmiError."""
        await (self._best(queue) or self.clients[0]).originate_callback(number, queue, intent)

    def _best(self, queue: str) -> AmiClient | None:
        known = [(client, facts) for client in self.clients if (facts := client.board.facts(queue))]
        spare = [(facts.agents_free - facts.callers_waiting, client) for client, facts in known]
        return max(spare, key=lambda each: each[0])[1] if spare else None

    def _remember(self, call: str, client: AmiClient) -> None:
        self._where[call] = client
        self._where.move_to_end(call)
        if len(self._where) > REMEMBERED:
            self._where.popitem(last=False)


class BoardOfCall:
    """The queues of the Asterisk that one call is on; of any, while that is not known."""

    def __init__(self, logins: AmiLogins, call: str) -> None:
        self._logins, self._call = logins, call

    def facts(self, queue: str) -> QueueFacts | None:
        """Return what is known of *queue*; None while AMI is away or the queue unknown."""
        client = self._logins.client_of(self._call)
        return client.board.facts(queue) if client is not None else self._logins.facts(queue)
