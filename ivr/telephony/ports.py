"""What a channel needs from the speech side: a voice and an ear, as Protocols."""

from collections.abc import Callable
from typing import Protocol

from ivr.dialogue.actions import Expecting, Line, Rate
from ivr.dialogue.events import Event


class Voice(Protocol):
    """Turns lines into sound."""

    async def render(self, lines: tuple[Line, ...], rate: Rate) -> tuple[bytes, ...]:
        """Return each line's ``slin``, in whole frames. Raises EngineError; never blocks the event loop."""


class Ear(Protocol):
    """Listens to one caller. Called from the media ticker, so every method returns within 0.1 ms."""

    @property
    def ducking(self) -> bool:
        """True while the caller may be barging in: the channel plays its prompt 12 dB lower."""

    def expect(self, turn: int, expecting: Expecting, *, during_prompt: bool) -> None:
        """Begin a turn. During a prompt, speech is a barge-in and must pass the echo gate."""

    def ignore(self) -> None:
        """Stop listening (a prompt that must not be interrupted); key presses still work."""

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        """Take one tick: the caller's frame (None: none came) and the frame we play (None: silence)."""

    async def aclose(self) -> None:
        """Free the decoders."""


EarFactory = Callable[[Callable[[Event], None]], Ear]
"""Makes the ear of one call, which posts SpeechStarted, Utterance and RecognitionFailed to the function."""
