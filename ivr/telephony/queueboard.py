"""What is known of the queues: who is free, who waits, how long it takes.

Only adds up events of AMI; asks nothing, knows no clock. Read by the desk while a caller waits, so it is all
in memory.
"""

import enum
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Event = Mapping[str, str]
"""Headers of one AMI event, names in lower case."""

FREE_STATES = frozenset({"0", "1"})
"""Device states « unknown » and « not in use »: the ones that ``Queue()`` rings."""
UNSEEN_STATE = "0"
"""Asterisk cannot tell what the phone does (a Local channel, say)."""
MEASURED_CALLS = 20
"""The hold time is the mean of this many calls answered last."""


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """One queue now."""

    agents_free: int
    callers_waiting: int
    hold_seconds: float | None
    """Mean wait of the calls answered last; None when none ever was."""
    nobody: bool = False
    """Nobody serves it now: all have paused, logged off or cannot be reached. Waiting would be in vain."""


class AgentState(enum.StrEnum):
    """What an agent does, as far as Asterisk can tell."""

    FREE = "free"
    RINGING = "ringing"
    BUSY = "busy"
    PAUSED = "paused"
    AWAY = "away"
    """His phone cannot be reached."""


STATES = {
    "2": AgentState.BUSY,
    "3": AgentState.BUSY,
    "6": AgentState.RINGING,
    "7": AgentState.BUSY,
    "8": AgentState.BUSY,
}
"""Device states of Asterisk's ``QueueMember``: in use, busy, ringing, ringing in use, on hold."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One member of a queue now."""

    name: str
    state: AgentState


@dataclass(slots=True)
class _Member:
    name: str
    status: str
    paused: bool
    in_call: bool

    @property
    def free(self) -> bool:
        """His phone could ring: idle, and he has not paused."""
        return self.state is AgentState.FREE

    @property
    def state(self) -> AgentState:
        if self.paused:
            return AgentState.PAUSED
        if self.in_call:
            return AgentState.BUSY
        return AgentState.FREE if self.status in FREE_STATES else STATES.get(self.status, AgentState.AWAY)


@dataclass(slots=True)
class _Queue:
    members: dict[str, _Member] = field(default_factory=dict)
    """By interface."""
    waiting: set[str] = field(default_factory=set)
    holds: deque[float] = field(default_factory=lambda: deque(maxlen=MEASURED_CALLS))
    hold_reported: float | None = None
    """Asterisk's own average, from before we looked."""


class QueueBoard:
    """The queues, as AMI's events tell."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}
        self._live = False

    @property
    def live(self) -> bool:
        """Whether what is known is true now."""
        return self._live

    def facts(self, queue: str) -> QueueFacts | None:
        """Return what is known of *queue* now; None while AMI is away or the queue does not exist."""
        known = self._queues.get(queue)
        if known is None or not self._live:
            return None
        hold = sum(known.holds) / len(known.holds) if known.holds else known.hold_reported
        members = known.members.values()
        nobody = all(each.state in (AgentState.PAUSED, AgentState.AWAY) for each in members)
        return QueueFacts(sum(each.free for each in members), len(known.waiting), hold, nobody)

    def agents(self, queue: str) -> tuple[Agent, ...]:
        """Return who serves *queue*, by name; nobody while AMI is away."""
        known = self._queues.get(queue)
        members = known.members.values() if known is not None and self._live else ()
        return tuple(sorted((Agent(each.name, each.state) for each in members), key=lambda each: each.name))

    def replace(self, events: Iterable[Event]) -> None:
        """Take the answer to ``QueueStatus``: the whole truth but for the hold times measured here."""
        holds = {name: queue.holds for name, queue in self._queues.items()}
        self._queues = {}
        for event in events:
            self._listed(event)
        for name, queue in self._queues.items():
            queue.holds = holds.get(name, queue.holds)
        self._live = True

    def forget(self) -> None:
        """AMI is away: what we know is no longer true."""
        self._live = False

    def apply(self, event: Event) -> None:
        """Take one event; those that are not about queues are ignored."""
        queue = self._queues.get(event.get("queue", ""))
        if queue is None:
            return
        match event.get("event", "").lower():
            case "queuememberstatus" | "queuememberadded" | "queuememberpause":
                queue.members[_interface(event)] = _member(event)
            case "queuememberremoved":
                queue.members.pop(_interface(event), None)
            case "queuecallerjoin":
                queue.waiting.add(event.get("uniqueid", ""))
            case "queuecallerleave" | "queuecallerabandon":
                queue.waiting.discard(event.get("uniqueid", ""))
            case "agentconnect":
                queue.waiting.discard(event.get("uniqueid", ""))
                if (hold := _seconds(event.get("holdtime", ""))) is not None:
                    queue.holds.append(hold)
            case "agentcomplete":
                if (member := queue.members.get(_interface(event))) is not None:
                    member.in_call = False

    def _listed(self, event: Event) -> None:
        name = event.get("queue", "")
        if not name:
            return
        queue = self._queues.setdefault(name, _Queue())
        match event.get("event", "").lower():
            case "queueparams":
                answered = event.get("completed", "0") not in ("", "0")
                queue.hold_reported = _seconds(event.get("holdtime", "")) if answered else None
            case "queuemember":
                queue.members[_interface(event)] = _member(event)
            case "queueentry":
                queue.waiting.add(event.get("uniqueid", ""))


def _interface(event: Event) -> str:
    """Lists call it ``Location``, events ``Interface``."""
    return event.get("interface") or event.get("location", "")


def _member(event: Event) -> _Member:
    """InCall counts only for a phone whose state Asterisk cannot see: for others it may come late."""
    status, paused = event.get("status", ""), event.get("paused", "0") == "1"
    in_call = status == UNSEEN_STATE and event.get("incall", "0") == "1"
    name = event.get("membername") or event.get("name") or _interface(event)
    return _Member(name, status, paused, in_call)


def _seconds(text: str) -> float | None:
    try:
        return max(0.0, float(text))
    except ValueError:
        return None
