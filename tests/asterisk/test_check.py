"""What ``ivr check`` learns from a real Asterisk with the files of ``dialplan/``."""

import pytest

from ivr.config import AmiSettings, CallSettings, OtherAsterisk, Settings
from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.telephony.ami import AmiClient
from ivr.telephony.ami_check import examine
from tests.telephony_fakes import until

pytestmark = pytest.mark.asterisk


async def test_the_shipped_files_pass(asterisk: OwnAsterisk) -> None:
    """Rights, name, queues, mailbox and delays are as the server needs them; what is missing is named."""
    ami = AmiSettings(port=asterisk.ports.ami, secret=asterisk.ami_secret, others=[OtherAsterisk(host="b")])
    settings = Settings(ami=ami, call=CallSettings(grace=asterisk.grace))
    client = AmiClient(ami)
    await client.start()
    try:
        await until(lambda: client.known)
        found = await examine(client, settings, ["support"])
        assert found.wrong == []
        assert found.fine[:2] == ["rights", "systemname lab"]
        assert found.fine[-1] == "mailbox 100@ivr"
        (wrong,) = (await examine(client, settings, ["nobody"])).wrong
        assert "no queue 'nobody'" in wrong
    finally:
        await client.aclose()
