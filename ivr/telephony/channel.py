"""A call on Asterisk: satisfies the ``Channel`` that a call drives.

Decides nothing. Whatever breaks, the channel goes back to the dialplan, which brings the caller to a person
unless ``IVR_RESULT`` says otherwise.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from dataclasses import replace
from typing import Protocol

import structlog

from ivr.config import CallSettings
from ivr.dialogue.actions import LeaveMessage, Transfer
from ivr.dialogue.events import Event
from ivr.errors import IvrError
from ivr.tasks import Tasks
from ivr.telephony.agi import AgiError
from ivr.telephony.audible import AudibleChannel
from ivr.telephony.caller import hand_off_variables, plain
from ivr.telephony.fastagi import AgiSession
from ivr.telephony.media import MediaServer, Rendezvous
from ivr.telephony.mediastream import MediaStream
from ivr.telephony.ports import EarFactory, Voice

log = structlog.get_logger()

AUDIO_SECONDS = 5.0
"""Asterisk brings the audio within milliseconds of being asked."""
RENEW_SECONDS = 1.0
"""So long a caller may ring before we give up to find his call through AMI."""
HANG_UP_SECONDS = 0.1
"""The audio of a caller who hangs up ends a moment before Asterisk ends the AGI session."""
RESUMPTIONS = 5
"""How often the audio of one call is begun again."""
EXIT_SECONDS = 3.0
"""``AudioSocket()`` returns within milliseconds of its end."""


class CallLost(IvrError):
    """The call ended, or its audio never came, before it began."""


class Lifeline(Protocol):
    """Tells Asterisk, while AGI is busy, that we are alive."""

    @property
    def connected(self) -> bool:
        """Whether it works now."""

    async def renew(self, call: str, seconds: float) -> str:
        """Let the dead-man switch of *call*, a unique id, wait *seconds* more.

        Returns why that did not work; empty when it did.
        """


class AsteriskChannel(AudibleChannel):
    """One call: AGI commands it, AudioSocket carries its audio, the lifeline keeps it ours."""

    def __init__(
        self,
        session: AgiSession,
        media: MediaServer,
        voice: Voice,
        make_ear: EarFactory,
        settings: CallSettings,
        lifeline: Lifeline | None = None,
        queue_named: Callable[[str], str] = str,
    ) -> None:
        """*queue_named* says what Asterisk calls a queue of the dialogue."""
        super().__init__(voice, make_ear)
        self._session = session
        self._media = media
        self._settings = settings
        self._lifeline = lifeline
        self._queue_named = queue_named
        self._stream: MediaStream | None = None
        self._application: asyncio.Task[None] | None = None
        self._pulse: asyncio.Task[None] | None = None
        self._audio_change = asyncio.Lock()
        self._pausing = False
        """The audio is ended and begun again, and its end means nothing."""
        self._begun = 0.0
        self._unique_id = session.environment.unique_id
        self._resuming: asyncio.Task[None] | None = None
        self._resumed = 0
        self._leaving = False
        self._over = False
        self._tasks = Tasks()

    async def answer(self) -> None:
        """Take the call and bring the audio up. Raises CallLost."""
        self._begun = asyncio.get_running_loop().time()
        try:
            armed = await self._arm()
            await self._session.answer()
            await self._bring_audio()
        except (AgiError, TimeoutError) as error:
            raise CallLost(f"call lost before it began: {error}") from error
        self._tasks.start(self._watch(), "hang-up")
        if armed:
            self._pulse = self._tasks.start(self._keep_alive(armed), "lifeline")

    async def transfer(self, transfer: Transfer) -> None:
        """Give the caller to a queue; the dialplan takes over at once."""
        named = replace(transfer, queue=self._queue_named(transfer.queue))
        await self._leave("queue", hand_off_variables(named))

    async def leave_message(self, leave: LeaveMessage) -> None:
        """Give the caller to voicemail."""
        variables = {"IVR_REASON": plain(leave.reason), "IVR_INTENT": plain(leave.intent)}
        await self._leave("voicemail", variables)

    async def hang_up(self) -> None:
        """End the call."""
        await self._leave("done", {})

    def overheard(self) -> AbstractContextManager[AsyncIterable[bytes]]:
        """A way to listen to the call, 8 kHz ``slin``, until it ends; nothing can hold it up."""
        return self._audio.overheard()

    async def aclose(self) -> None:
        """Free everything; a call that was not left properly goes on in the dialplan. Idempotent."""
        self._leaving = self._over = True
        if self._stream is not None:
            self._stream.hang_up()
        self._session.close()
        await self._tasks.aclose()
        await self._audio.aclose()

    async def _arm(self) -> Lifeline | None:
        """Set the dead-man switch; without a lifeline that renews it, to the length of the longest call."""
        lifeline, grace, reason = self._lifeline, self._settings.grace, "AMI is not connected"
        if lifeline is not None and lifeline.connected:
            await self._session.set_variable("TIMEOUT(absolute)", f"{grace:g}")
            reason = await self._renewed(lifeline, min(grace / 4, RENEW_SECONDS))
            if not reason:
                return lifeline
        await self._unguard(reason)
        return None

    async def _renewed(self, lifeline: Lifeline, seconds: float) -> str:
        """Renew once, trying for *seconds*; return why that did not work."""
        try:
            async with asyncio.timeout(seconds):
                return await lifeline.renew(self._unique_id, self._settings.grace)
        except TimeoutError:
            return "AMI does not answer in time"

    async def _unguard(self, reason: str) -> None:
        """Have the switch end a call that lasts too long: a frozen server holds its callers until then."""
        left = self._settings.maximum_seconds - (asyncio.get_running_loop().time() - self._begun)
        log.warning("call.unguarded", reason=reason, bounded=round(max(left, 1.0)))
        await self._session.set_variable("TIMEOUT(absolute)", f"{max(left, 1.0):.0f}")

    async def _bring_audio(self) -> None:
        rendezvous = self._media.register(AUDIO_SECONDS)
        self._application = self._tasks.start(self._run_audiosocket(rendezvous), "audiosocket")
        self._stream = await rendezvous.stream()
        self._session.prove()
        self._stream.attach(self._audio)

    async def _run_audiosocket(self, rendezvous: Rendezvous) -> None:
        """Hold the AGI session in ``AudioSocket()`` until the audio ends."""
        try:
            arguments = f"{rendezvous.uuid},{self._media.address}"
            reply = await self._session.run_application("AudioSocket", arguments)
            log.info("call.audio_ended", result=reply.result, expected=self._leaving or self._pausing)
        except AgiError as error:
            log.info("call.audio_ended", error=str(error), expected=self._leaving or self._pausing)
        finally:
            rendezvous.cancel()
            self._lost()

    async def _watch(self) -> None:
        await self._session.wait_hung_up()
        self._lost()

    async def _keep_alive(self, lifeline: Lifeline) -> None:
        """Renew the dead-man switch; a call that lasts too long is let go, to a person."""
        clock = asyncio.get_running_loop().time
        grace = self._settings.grace
        renewed, end = clock(), self._begun + self._settings.maximum_seconds
        while clock() < end:
            await asyncio.sleep(grace / 4)
            known = self._unique_id
            reason = await lifeline.renew(known, grace)
            if not reason:
                renewed = clock()
            elif clock() - renewed > grace / 2:
                async with self._without_audio():
                    await self._ask_unique_id()
                    if self._unique_id == known or (reason := await self._rearmed(lifeline)):
                        await self._unguard(reason)
                        return
                renewed = clock()
        log.warning("call.too_long", channel=self._session.environment.channel)

    async def _rearmed(self, lifeline: Lifeline) -> str:
        """Arm the switch through AGI, then renew it once; return why that did not work."""
        await self._session.set_variable("TIMEOUT(absolute)", f"{self._settings.grace:g}")
        return await self._renewed(lifeline, RENEW_SECONDS)

    async def _ask_unique_id(self) -> None:
        """A transfer may have moved the call to another channel; only AGI knows to which."""
        self._unique_id = await self._session.get_variable("UNIQUEID") or self._unique_id

    @asynccontextmanager
    async def _without_audio(self) -> AsyncIterator[None]:
        """End the audio while the block lasts, so that AGI can be asked; then begin it again."""
        async with self._audio_change:
            self._pausing = True
            try:
                await self._stop_audio()
                try:
                    yield
                finally:
                    await self._bring_audio()
            except (AgiError, TimeoutError) as error:
                log.warning("call.audio_not_resumed", error=str(error))
            self._pausing = False
        if self._stream is None or self._stream.closed:
            self._gone()

    async def _resume(self) -> None:
        """The audio ended without us: the caller is gone, or a transfer has moved him to another channel."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._session.wait_hung_up(), HANG_UP_SECONDS)
        if self._leaving or self._session.hung_up or self._resumed == RESUMPTIONS:
            self._gone()
            return
        self._resumed += 1
        log.info("call.audio_resumed", times=self._resumed)
        async with self._without_audio():
            await self._ask_unique_id()

    async def _leave(self, result: str, variables: dict[str, str]) -> None:
        """Stop the audio, say in variables what shall become of the caller, and let go."""
        if self._leaving:
            return
        self._leaving = True
        try:
            async with asyncio.timeout(EXIT_SECONDS), self._audio_change:
                if self._pulse is not None:
                    self._pulse.cancel()
                await self._stop_audio()
                for name, value in variables.items():
                    await self._session.set_variable(name, value)
                await self._session.set_variable("TIMEOUT(absolute)", "0")
                await self._session.set_variable("IVR_RESULT", result)  # last: it makes the rest valid
        except (AgiError, TimeoutError) as error:
            log.warning("call.exit_failed", result=result, error=str(error) or "too slow")
        finally:
            self._session.close()

    async def _stop_audio(self) -> None:
        if self._stream is not None:
            self._stream.hang_up()
        if self._application is not None:
            await asyncio.wait({self._application})

    def _lost(self) -> None:
        if self._leaving or self._pausing:
            return
        if self._session.hung_up:
            self._gone()
        elif self._resuming is None or self._resuming.done():
            self._resuming = self._tasks.start(self._resume(), "resume")

    def _gone(self) -> None:
        if not self._leaving:
            super()._lost()
            self._over = True

    def _post(self, event: Event) -> None:
        if not self._over:
            super()._post(event)
