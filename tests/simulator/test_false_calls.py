"""Who says that he is Asterisk and answers nothing: no call is made of it, and none is recorded."""

import asyncio

import pytest

from ivr.app import Server
from ivr.telephony.agi import AgiTimeout
from ivr.telephony.fastagi import AgiSession
from tests.telephony_fakes import ENVIRONMENT, RawPeer, fastagi

pytestmark = pytest.mark.simulator


async def test_a_session_that_answers_nothing_is_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs a question, not an ear, a voice and a line in the record."""
    server = Server.__new__(Server)
    server.active, conducted, asked = set(), [], asyncio.Event()

    async def conduct(call_id: str, session: AgiSession) -> None:
        conducted.append(call_id)

    monkeypatch.setattr(server, "_conduct", conduct, raising=False)
    server._channels = {}

    async def serve(session: AgiSession) -> None:
        real = session.execute

        async def impatient(verb: str, *arguments: str, seconds: float | None = None) -> object:
            asked.set()
            return await real(verb, *arguments, seconds=0.1)

        session.execute = impatient  # type: ignore[method-assign,assignment]
        with pytest.raises(AgiTimeout):
            await server._serve(session)

    async with fastagi(serve) as front:
        peer = await RawPeer.connect(front.address[1])
        await peer.say(ENVIRONMENT)
        assert await peer.closed()
    assert asked.is_set()
    assert (conducted, server.active) == ([], set())
