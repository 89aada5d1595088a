"""Speech recognition of one call: runs on the decoding threads, posts events to the event loop.

Called from the media ticker: it only hands frames over, and never computes there.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog

from ivr.config import ListeningSettings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import Event, RecognitionFailed
from ivr.speech.recognition.decoding_threads import Decoding
from ivr.speech.recognition.endpointing import STEP_SECONDS, steps
from ivr.speech.recognition.recognizers import RecognizerPool
from ivr.speech.recognition.turn_detector import Decisive, TurnDetector
from ivr.speech.recognition.vad import Vad, silero

log = structlog.get_logger()

Post = Callable[[Event], None]

LATE = steps(2.0)
"""Frames waiting to be decoded at which recognition has failed for the turn."""
_BATCH = 2
"""Frames handed over at once: half the wake-ups for 10 ms more on average."""
HAND_OVER_SECONDS = (_BATCH - 1) * STEP_SECONDS
"""What a frame may wait for its batch."""


class Ear:
    """Listens to one caller."""

    def __init__(self, listener: TurnDetector, decoding: Decoding, post: Post) -> None:
        """Make it within the event loop that *post* shall be called on."""
        self._listener = listener
        self._post = post
        self._loop = asyncio.get_running_loop()
        self._inbox: deque[Callable[[], tuple[Event, ...] | None]] = deque()
        self._strand = decoding.strand(self._work)
        self._turn: int | None = None
        self._frames = 0
        self._closed = False

    @property
    def ducking(self) -> bool:
        """True while the caller may be barging in."""
        return self._listener.ducking

    def expect(self, turn: int, expecting: Expecting, *, during_prompt: bool) -> None:
        """Begin a turn; speech during a prompt is a barge-in."""
        self._turn = turn
        self._hand_over(partial(self._listener.expect, turn, expecting, during_prompt=during_prompt))

    def ignore(self) -> None:
        """Stop listening."""
        self._turn = None
        self._hand_over(self._listener.ignore)

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        """Take one tick: what came and what we play."""
        if self._closed:
            return
        if len(self._inbox) >= LATE:
            self._give_up()
        self._inbox.append(partial(self._listener.hear, received, playing))
        self._frames += 1
        if self._frames % _BATCH == 0:
            self._strand.wake()

    async def aclose(self) -> None:
        """Free the decoders, once the work begun is done."""
        self._closed = True
        self._inbox.clear()
        self._hand_over(self._listener.close)

    def _hand_over(self, order: Callable[[], None]) -> None:
        self._inbox.append(order)
        self._strand.wake()

    def _give_up(self) -> None:
        """Decoding is too slow: forget what waits, and let the caller use the keypad."""
        self._inbox.clear()
        self._inbox.append(self._listener.ignore)
        if self._turn is not None:
            self._loop.call_soon(self._post, RecognitionFailed(self._turn, "decoding is more than 2 s late"))
            self._turn = None

    def _work(self) -> None:
        """Do what waits. Runs on a decoding thread; the boundary of its failures."""
        for _ in range(len(self._inbox)):
            try:
                order = self._inbox.popleft()
            except IndexError:  # closed meanwhile
                return
            try:
                events = order() or ()
            except Exception as error:
                log.exception("recognition.failed")
                events = self._fail(error)
            for event in events:
                # The loop may be gone at shutdown; nobody is left to tell then.
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._report, event)

    def _fail(self, error: Exception) -> tuple[Event, ...]:
        turn, self._listener.turn = self._listener.turn, None
        return () if turn is None else (RecognitionFailed(turn, f"{type(error).__name__}: {error}"),)

    def _report(self, event: Event) -> None:
        if not self._closed:
            self._post(event)


class Ears:
    """Makes the ear of each call; satisfies the channel's ``EarFactory``."""

    def __init__(
        self,
        recognizers: RecognizerPool,
        decoding: Decoding,
        settings: ListeningSettings,
        *,
        vad: Callable[[], Vad] | None = None,
        decisive: Decisive = lambda text: False,
        with_sound: bool = False,
    ) -> None:
        self._recognizers = recognizers
        self._decoding = decoding
        self._settings = settings
        self._vad = vad or silero()
        self._decisive = decisive
        self._with_sound = with_sound

    def __call__(self, post: Post) -> Ear:
        """Make the ear of a new call, with the current recogniser."""
        listener = TurnDetector(
            self._recognizers.current,
            self._vad(),
            self._settings,
            self._decisive,
            with_sound=self._with_sound,
        )
        return Ear(listener, self._decoding, post)
