"""What one caller hears, and what is heard of him.

Decides nothing: plays the prompt it is given, feeds the ear, reports both as events. A broken voice or ear
is reported too, and the keys go on working.
"""

import asyncio
from collections.abc import AsyncIterable, Callable, Iterator
from contextlib import contextmanager

import structlog

from ivr.audio.playout import Playout
from ivr.dialogue.actions import Listen, Say
from ivr.dialogue.events import (
    Event,
    KeyPressed,
    PromptCut,
    PromptFailed,
    PromptFinished,
    RecognitionFailed,
)
from ivr.errors import EngineError
from ivr.tasks import Tasks
from ivr.telephony.overhearing import Overhearing
from ivr.telephony.ports import EarFactory, Voice

log = structlog.get_logger()

RENDER_SECONDS = 12.0
"""Prompts are rendered ahead; a voice that needs longer than this has failed."""


class CallAudio:
    """The audience of one media stream."""

    def __init__(
        self,
        voice: Voice,
        make_ear: EarFactory,
        post: Callable[[Event], None],
        closed: Callable[[], None],
    ) -> None:
        self._voice = voice
        self._post = post
        self._closed = closed
        self._ear = make_ear(post)
        self._deaf = False
        self._turn = 0
        self._prompt: Playout | None = None
        self._next: Playout | None = None
        """Rendered, waiting for the fade of the prompt before it."""
        self._rendering: asyncio.Task[None] | None = None
        self._private = False
        """The caller may be saying a password or a number."""
        self._listeners: set[Overhearing] = set()
        self._tasks = Tasks()

    def say(self, say: Say) -> None:
        """Play *say* as soon as it is rendered, instead of anything else."""
        self.stop()
        self._turn, self._private = say.turn, say.expecting.private
        if say.interruptible:
            self._with_ear(lambda: self._ear.expect(say.turn, say.expecting, during_prompt=True))
        else:
            self._with_ear(self._ear.ignore)
        self._rendering = self._tasks.start(self._render(say), "render")

    def stop(self) -> None:
        """Fade out, and report how much of the prompt was heard."""
        if self._rendering is not None:
            self._rendering.cancel()
        if self._prompt is not None and not self._prompt.cut:
            self._post(PromptCut(self._prompt.turn, self._prompt.stop()))
        self._next = None

    def listen(self, listen: Listen) -> None:
        """Open the ear."""
        self._turn, self._private = listen.turn, listen.expecting.private
        if self._deaf:
            self._post(RecognitionFailed(listen.turn, "the ear has failed before"))
        self._with_ear(lambda: self._ear.expect(listen.turn, listen.expecting, during_prompt=False))

    def next_frame(self) -> bytes | None:
        """Return the frame to play now, None for silence (the stream calls this)."""
        prompt = self._prompt
        if prompt is None:
            prompt, self._prompt, self._next = self._next, self._next, None
        if prompt is None:
            return None
        frame = prompt.next_frame(self._ear.ducking and not self._deaf)
        if prompt.done:
            self._prompt = None
            if not prompt.cut:
                self._post(PromptFinished(prompt.turn))
        return frame

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        """Feed the ear, and whoever listens to the call (the stream calls this)."""
        for listener in self._listeners:
            listener.take(None if self._private else received, playing)
        if not self._deaf:
            self._with_ear(lambda: self._ear.hear(received, playing))

    def key(self, key: str) -> None:
        """Report a key (the stream calls this)."""
        self._post(KeyPressed(key))

    def media_closed(self) -> None:
        """Report the end of the stream (the stream calls this)."""
        self._closed()

    @contextmanager
    def overheard(self) -> Iterator[AsyncIterable[bytes]]:
        """Yield the call as it sounds from now on, without what may be a secret of the caller's."""
        listener = Overhearing()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def aclose(self) -> None:
        """Stop everything and free the ear."""
        for listener in self._listeners:
            listener.end()
        self.stop()
        self._prompt = None
        self._deaf = True
        await self._tasks.aclose()
        await self._ear.aclose()

    async def _render(self, say: Say) -> None:
        try:
            async with asyncio.timeout(RENDER_SECONDS):
                lines = await self._voice.render(say.lines, say.rate)
        except (EngineError, TimeoutError) as error:
            log.warning("call.voice_failed", turn=say.turn, error=str(error) or "too slow")
            self._post(PromptFailed(say.turn, str(error) or "too slow"))
        except Exception as error:  # task boundary: the dialogue must learn that nothing was said
            log.exception("call.voice_broken")
            self._post(PromptFailed(say.turn, repr(error)))
        else:
            self._next = Playout(say.turn, lines, say.louder)

    def _with_ear(self, what: Callable[[], None]) -> None:
        if self._deaf:
            return
        try:
            what()
        except Exception as error:  # boundary: without its ear the call still has its keypad
            log.exception("call.ear_broken")
            self._deaf = True
            self._post(RecognitionFailed(self._turn, repr(error)))
