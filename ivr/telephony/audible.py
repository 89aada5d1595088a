"""The half of a channel that is audio: what it says, what it hears, and the events of both.

Knows neither where the audio comes from nor where the call goes afterwards.
"""

import asyncio

from ivr.dialogue.actions import Listen, Say
from ivr.dialogue.events import CallerHungUp, Event, KeyPressed
from ivr.telephony.callaudio import CallAudio
from ivr.telephony.ports import EarFactory, Voice

WAITING_KEYS = 32
"""Keys beyond these are not a caller's."""


class AudibleChannel:
    """What every ``Channel`` with a voice and an ear has in common."""

    def __init__(self, voice: Voice, make_ear: EarFactory) -> None:
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self._audio = CallAudio(voice, make_ear, self._post, self._lost)

    async def say(self, say: Say) -> None:
        """Play *say*; ``PromptFinished`` comes with its last frame."""
        self._audio.say(say)

    async def stop_prompt(self) -> None:
        """Be silent from the next frame on."""
        self._audio.stop()

    async def listen(self, listen: Listen) -> None:
        """Open the ear."""
        self._audio.listen(listen)

    def _lost(self) -> None:
        self._post(CallerHungUp())

    def _post(self, event: Event) -> None:
        if not isinstance(event, KeyPressed) or self.events.qsize() < WAITING_KEYS:
            self.events.put_nowait(event)
