"""The gate of the listeners."""

from ipaddress import ip_network

import pytest

from ivr.config import LOOPBACK
from ivr.telephony.gate import Gate

pytestmark = pytest.mark.unit

NEIGHBOUR = ("127.0.0.1", 40000)


class Connection:
    """Remembers whether it was put out."""

    aborted = False

    def abort(self) -> None:
        self.aborted = True


@pytest.mark.parametrize(
    ("peer", "allowed"),
    [
        (NEIGHBOUR, True),
        (("::1", 40000, 0, 0), True),
        (("::ffff:127.0.0.1", 40000, 0, 0), True),
        (("192.0.2.1", 40000), False),
        (("fe80::1%eth0", 40000, 0, 2), False),
        (None, False),
        ("", False),
    ],
)
def test_networks(peer: object, allowed: bool) -> None:
    """Only peers of the allowed networks come in; the others are aborted without a word."""
    connection = Connection()
    assert Gate(LOOPBACK, 9).admit(connection, peer) is allowed
    assert connection.aborted is not allowed


def test_other_networks_can_be_allowed() -> None:
    """The list replaces loopback."""
    gate = Gate([ip_network("192.0.2.0/24")], 9)
    assert gate.admit(Connection(), ("192.0.2.1", 1))
    assert not gate.admit(Connection(), NEIGHBOUR)


def test_strangers_give_way_to_newcomers() -> None:
    """When the house is full the oldest silent connection is put out, never a call."""
    gate = Gate(LOOPBACK, 3)
    call, old, young, newcomer = (Connection() for _ in range(4))
    for connection in (call, old, young):
        gate.admit(connection, NEIGHBOUR)
    gate.identify(call)
    assert gate.admit(newcomer, NEIGHBOUR)
    assert [c.aborted for c in (call, old, young, newcomer)] == [False, True, False, False]
    assert (len(gate), gate.refused) == (3, 1)


def test_a_house_full_of_calls_is_full() -> None:
    """Calls are never displaced; a place that is left can be taken again."""
    gate = Gate(LOOPBACK, 1)
    call, newcomer = Connection(), Connection()
    gate.admit(call, NEIGHBOUR)
    gate.identify(call)
    assert not gate.admit(newcomer, NEIGHBOUR)
    gate.leave(call)
    assert gate.admit(Connection(), NEIGHBOUR)


def test_everybody_out() -> None:
    """Closing aborts strangers and calls."""
    gate = Gate(LOOPBACK, 9)
    call, stranger = Connection(), Connection()
    gate.admit(call, NEIGHBOUR)
    gate.admit(stranger, NEIGHBOUR)
    gate.identify(call)
    gate.abort_all()
    assert call.aborted
    assert stranger.aborted
