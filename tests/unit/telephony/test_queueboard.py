"""What is known of the queues."""

import pytest

from ivr.telephony.queueboard import Agent, AgentState, QueueBoard, QueueFacts

pytestmark = pytest.mark.unit


def member(interface: str, status: str = "1", **more: str) -> dict[str, str]:
    """Return a member as QueueStatus lists it."""
    return {"event": "QueueMember", "queue": "support", "location": interface, "status": status, **more}


def status(interface: str, now: str, **more: str) -> dict[str, str]:
    """Return a member as an event tells it."""
    named = {"event": "QueueMemberStatus", "queue": "support", "interface": interface, "status": now}
    return named | more


def caller(event: str, uniqueid: str, **more: str) -> dict[str, str]:
    """Return an event about somebody waiting."""
    return {"event": event, "queue": "support", "uniqueid": uniqueid, **more}


PARAMS = {"event": "QueueParams", "queue": "support", "completed": "0", "holdtime": "0"}


def board(*listed: dict[str, str]) -> QueueBoard:
    """Return a board that knows the queue « support »."""
    result = QueueBoard()
    result.replace([PARAMS, *listed])
    return result


def test_nothing_is_known_before_ami_answers() -> None:
    """No facts are better than wrong ones; the same for a queue that does not exist."""
    assert QueueBoard().facts("support") is None
    assert board().facts("other") is None


@pytest.mark.parametrize(
    ("agent", "free", "nobody"),
    [
        (member("PJSIP/a"), 1, False),
        (member("Local/a@agents", "0"), 1, False),
        (member("PJSIP/a", "2"), 0, False),
        (member("PJSIP/a", "5"), 0, True),
        (member("PJSIP/a", "6"), 0, False),
        (member("PJSIP/a", paused="1"), 0, True),
        (member("Local/a@agents", "0", incall="1"), 0, False),
    ],
)
def test_who_is_free(agent: dict[str, str], free: int, nobody: bool) -> None:
    """Only a member whom Queue() would ring now counts; who has paused or is away is not busy."""
    assert board(agent).facts("support") == QueueFacts(free, 0, None, nobody)


def test_events_move_agents_and_callers() -> None:
    """Ringing, busy, paused, gone; joined, answered, given up."""
    queues = board(member("PJSIP/a"), member("PJSIP/b"), caller("QueueEntry", "1"))
    assert queues.facts("support") == QueueFacts(2, 1, None)
    queues.apply(status("PJSIP/a", "6"))
    queues.apply(caller("QueueCallerJoin", "2"))
    assert queues.facts("support") == QueueFacts(1, 2, None)
    queues.apply(caller("AgentConnect", "1", holdtime="12"))
    queues.apply(caller("QueueCallerLeave", "1"))
    queues.apply(status("PJSIP/b", "1", paused="1") | {"event": "QueueMemberPause"})
    queues.apply(caller("QueueCallerAbandon", "2"))
    assert queues.facts("support") == QueueFacts(0, 0, 12.0)
    queues.apply({"event": "QueueMemberRemoved", "queue": "support", "interface": "PJSIP/b"})
    queues.apply(status("PJSIP/c", "1") | {"event": "QueueMemberAdded"})
    assert queues.facts("support") == QueueFacts(1, 0, 12.0)


def test_hold_time_is_the_mean_of_recent_calls() -> None:
    """Asterisk's own average serves until calls were measured; only the last twenty count."""
    queues = QueueBoard()
    queues.replace([PARAMS | {"completed": "3", "holdtime": "45"}])
    facts = queues.facts("support")
    assert facts is not None
    assert facts.hold_seconds == 45.0
    for hold in ["900", *["10"] * 10, *["30"] * 10, "nonsense"]:
        queues.apply(caller("AgentConnect", "x", holdtime=hold))
    facts = queues.facts("support")
    assert facts is not None
    assert facts.hold_seconds == 20.0


def test_a_new_list_replaces_all_but_the_measured_times() -> None:
    """What an event told wrongly, or never, is put right."""
    queues = board(member("PJSIP/a"), caller("QueueEntry", "1"))
    queues.apply(caller("AgentConnect", "1", holdtime="8"))
    queues.replace([PARAMS, member("PJSIP/b", "2")])
    assert queues.facts("support") == QueueFacts(0, 0, 8.0)


def test_without_ami_nothing_is_known() -> None:
    """Facts of a lost connection are not told as if they were true; a new list brings them back."""
    queues = board(member("PJSIP/a"))
    queues.forget()
    assert queues.facts("support") is None
    queues.replace([PARAMS])
    assert queues.facts("support") == QueueFacts(0, 0, None, nobody=True)


def test_strange_events_are_ignored() -> None:
    """Events of other things, unknown queues or missing headers change nothing."""
    queues = board()
    for event in (
        {},
        {"event": "Newchannel"},
        {"event": "QueueCallerJoin", "queue": "x"},
        {"queue": "support"},
    ):
        queues.apply(event)
    assert queues.facts("support") == QueueFacts(0, 0, None, nobody=True)


def test_a_visible_phone_is_free_as_soon_as_it_is_idle() -> None:
    """Asterisk 22's last status of a call may still say InCall: the phone's own state knows better."""
    queues = board(member("PJSIP/agent1"))
    queues.apply(status("PJSIP/agent1", "2", incall="1"))
    assert queues.facts("support") == QueueFacts(0, 0, None)
    queues.apply(status("PJSIP/agent1", "1", incall="1"))
    assert queues.facts("support") == QueueFacts(1, 0, None)


def test_an_unseen_phone_is_busy_until_its_call_is_complete() -> None:
    """A member on a Local channel has no state of his own: the queue's word counts."""
    queues = board(member("Local/101@agents", "0"))
    queues.apply(status("Local/101@agents", "0", incall="1"))
    assert queues.facts("support") == QueueFacts(0, 0, None)
    queues.apply(caller("AgentComplete", "1", interface="Local/101@agents"))
    assert queues.facts("support") == QueueFacts(1, 0, None)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"status": "1"}, "free"),
        ({"status": "1", "paused": "1"}, "paused"),
        ({"status": "2"}, "busy"),
        ({"status": "6"}, "ringing"),
        ({"status": "8"}, "busy"),
        ({"status": "5"}, "away"),
        ({"status": "0"}, "free"),
        ({"status": "0", "incall": "1"}, "busy"),
    ],
)
def test_each_agent_is_told(now: dict[str, str], told: str) -> None:
    """By the name that Asterisk gives him, and what his phone does; while AMI is away, nobody."""
    known = board(member("PJSIP/100", **now, name="Léa"), member("PJSIP/099", name="Ali"))
    ali, lea = known.agents("support")
    assert (ali.name, ali.state, lea.name, lea.state) == ("Ali", "free", "Léa", told)
    known.apply(status("PJSIP/099", "2", membername="Ali"))
    assert known.agents("support")[0] == Agent("Ali", AgentState.BUSY)
    known.forget()
    assert known.agents("support") == ()
