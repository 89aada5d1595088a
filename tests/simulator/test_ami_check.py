"""What ``ivr check`` finds out about an Asterisk, and what it does not vouch for."""

from collections.abc import Callable

import pytest

from ivr.config import AmiSettings, CallSettings, OtherAsterisk, Settings
from ivr.simulator.peers.ami_peer import AmiPeer
from ivr.telephony.ami_check import Findings, examine
from tests.simulator.test_ami import connected

pytestmark = pytest.mark.simulator


async def found(change: Callable[[AmiPeer], None], settings: Settings | None = None) -> Findings:
    async with connected() as (peer, client):
        change(peer)
        return await examine(client, settings or Settings(), ["support"])


async def test_all_that_was_asked_is_named() -> None:
    """Rights, name, queue and mailbox."""
    findings = await found(lambda peer: None)
    assert findings.wrong == []
    expected = ["rights", "systemname asterisk-1", "queue support: 1 agents free, 0 callers waiting"]
    assert findings.fine == [*expected, "mailbox 100@ivr"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda peer: peer.allowed.remove("Setvar"), "may not use Setvar (the dead-man switch): add call"),
        (lambda peer: peer.allowed.remove("Originate"), "may not use Originate (callbacks): add originate"),
        (lambda peer: peer.mailboxes.clear(), "no mailbox '100@ivr'"),
        (lambda peer: peer.mailboxes[0].update(NewMessageCount="9"), "mailbox 100@ivr is full"),
        (lambda peer: peer.variables.update(IVR_QUEUE_DEFAULT="gone"), "no queue 'gone'"),
        (
            lambda peer: peer.variables.update(IVR_GRACE="4"),
            "IVR_GRACE is 4 in ivr-globals.conf",
        ),
    ],
)
async def test_what_is_wrong_is_said_with_its_remedy(change: Callable[[AmiPeer], None], said: str) -> None:
    """One line each."""
    (wrong,) = (await found(change)).wrong
    assert said in wrong


async def test_what_cannot_be_asked_is_not_vouched_for() -> None:
    """No voicemail module, no right to read variables: said, and no reason to fail."""
    findings = await found(lambda peer: peer.variables.clear())
    assert findings.wrong == []
    assert findings.fine[-1] == "mailbox not checked: IVR_MAILBOX cannot be read"


async def test_several_asterisks_need_names() -> None:
    """Else their calls cannot be told apart."""
    settings = Settings(ami=AmiSettings(others=[OtherAsterisk(host="b")]), call=CallSettings())

    def unnamed(peer: AmiPeer) -> None:
        peer.system_name = ""

    (wrong,) = (await found(unnamed, settings)).wrong
    assert "no systemname" in wrong
    assert (await found(unnamed)).wrong == []
