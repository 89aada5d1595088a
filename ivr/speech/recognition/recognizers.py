"""Recognisers: what turns the caller's audio into hypotheses, and which one new calls get.

Protocols and the pool only; ``engines.create`` loads the configured one.
"""

from dataclasses import dataclass
from typing import Protocol

from ivr.dialogue.events import Hypothesis, Word

LINE_RATE = 8000
"""Samples per second of ``slin``, the telephone line's audio."""

UNKNOWN = "[unk]"
"""The word that stands for anything the decoder has no word for."""


class Decoder(Protocol):
    """Decodes one utterance at a time. Not thread-safe: one worker at a time may hold it."""

    def feed(self, audio: bytes) -> None:
        """Decode more 16-bit mono audio, at the rate the decoder was made for."""

    @property
    def partial(self) -> str:
        """What was understood so far; may lag the audio by half a second."""

    @property
    def likelihood(self) -> float | None:
        """Log-likelihood of the last utterance's best reading, to compare decoders that heard the same."""

    def finish(self) -> tuple[Hypothesis, ...]:
        """End the utterance: its readings, best first, none for no words. Then ready for the next one."""

    def reset(self) -> None:
        """Forget the utterance begun."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole recording in words."""

    text: str
    words: tuple[Word, ...]


class Recognizer(Protocol):
    """A loaded model. Thread-safe: decoders of many calls may work at once."""

    def open(self) -> Decoder:
        """Return a decoder of free speech for line audio."""

    def closed(self, phrases: tuple[str, ...], *, in_a_row: bool = False) -> Decoder | None:
        """Return a decoder of these phrases alone; None when the model cannot, or knows none of their words.

        What is none of them is heard as a hypothesis containing ``[unk]``.
        *in_a_row*: any number of the phrases may follow one another, as in a telephone number.
        """

    def transcribe(self, audio: bytes, rate: int) -> Transcript:
        """Decode a whole recording (16-bit mono), however long, with word times and confidences."""


class RecognizerPool:
    """The recogniser that new calls get; a swap leaves running calls with the one they began with."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.current = recognizer

    def swap(self, recognizer: Recognizer) -> None:
        """Give *recognizer* to every call that begins from now on. Safe from any thread."""
        self.current = recognizer
