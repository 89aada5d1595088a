"""The caller's end and the agents' end of calls through a real Asterisk, as scripted SIP phones.

Satisfies the runner's ``CallerLine``; decides nothing.
"""

import asyncio
import re
from types import TracebackType

from ivr.simulator.own_asterisk import OwnAsterisk
from ivr.simulator.phone import CallFailed, Phone

AGENT_SECONDS = 30.0
"""Longest wait for an agent: the queue rings him, announces, rings again."""
AGENT_TALK_SECONDS = 2.5


class AgentDesk:
    """One agent who answers every call the queue gives him, says his line, and hangs up."""

    def __init__(self, asterisk: OwnAsterisk, greeting: bytes) -> None:
        self._asterisk, self._greeting = asterisk, greeting
        self._answered: dict[str, dict[str, str]] = {}
        self._changed = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "AgentDesk":
        self._work = asyncio.create_task(self._answer_for_ever(), name="agent")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def spoke_to(self, number: str, within: float = AGENT_SECONDS) -> dict[str, str] | None:
        """What the agent's phone showed of the caller *number*; None if he never got that call."""
        try:
            async with asyncio.timeout(within):
                while number not in self._answered:
                    await self._changed.wait()
                    self._changed.clear()
        except TimeoutError:
            return None
        return self._answered[number]

    async def _answer_for_ever(self) -> None:
        while True:
            async with Phone("agent1", port=self._asterisk.ports.agent) as phone:
                try:
                    await phone.answer(within=3600)
                except CallFailed:  # the caller gave up while it rang
                    continue
                assert phone.invite is not None
                shown = {key: value for key, value in phone.invite.headers if key.startswith("X-IVR-")}
                shown["From"] = phone.invite.header("From")
                await phone.say(self._greeting)
                number = re.search(r"sip:([^@>]+)@", shown["From"])
                self._answered[number[1] if number else ""] = shown
                self._changed.set()
                await asyncio.sleep(AGENT_TALK_SECONDS)


class AsteriskLine:
    """One scripted caller on a SIP phone of his own."""

    def __init__(self, asterisk: OwnAsterisk, number: str, desk: AgentDesk) -> None:
        self._asterisk, self._desk, self._number = asterisk, desk, number
        self.phone = Phone(number=number)
        self.ended = self.phone.ended

    async def __aenter__(self) -> "AsteriskLine":
        await self.phone.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.phone.__aexit__(kind, error, trace)

    async def dial(self) -> None:
        """Call the support line."""
        await self.phone.call("0800100200", self._asterisk.ports.sip)

    async def say(self, slin: bytes) -> None:
        """Speak."""
        await self.phone.say(slin)

    async def press(self, keys: str) -> None:
        """Press keys."""
        await self.phone.press(keys)

    def hang_up(self) -> None:
        """End the call."""
        self.phone.hang_up()

    def first_sound_after(self, moment: float) -> float | None:
        """Loop time of the first loud frame after *moment*."""
        return self.phone.audio.first_sound_after(moment)

    def heard(self) -> bytes:
        """What the caller heard."""
        return self.phone.audio.heard()

    async def agent_answered(self) -> bool:
        """Whether the agent took this very call and the caller heard him."""
        connected = asyncio.get_running_loop().time()
        if await self._desk.spoke_to(self._number) is None:
            return False
        return self.first_sound_after(connected) is not None
