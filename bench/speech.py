"""What bench callers say: French questions synthesised once, cut into frames.

Judges nothing; needs espeak-ng.
"""

from dataclasses import dataclass

from ivr.audio.levels import level
from tests.speech import clips

QUESTIONS = (
    "comment changer l'adresse mac de mon téléphone",
    "comment faire un test de ping",
    "comment limiter les appels à l'international",
    "quels sont les tarifs des appels vers l'étranger",
)
LOUD = -40.0
"""dBFS above which a frame is heard."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One question as it leaves the phone: 8 kHz, 16 bits, no silence around it."""

    audio: bytes
    onset: int
    """Its first loud frame."""

    @property
    def frames(self) -> int:
        """Its length in frames of 20 ms."""
        return -(-len(self.audio) // 320)


def questions() -> list[Clip]:
    """Return every question, spoken."""
    spoken = [clips.say(text) for text in QUESTIONS]
    return [Clip(clips.slin(each), round(onset(each) / 0.02)) for each in spoken]


def onset(speech: clips.Samples) -> float:
    """Return when the first loud frame of a clip begins, in seconds."""
    return next(i for i, f in enumerate(clips.frames(clips.slin(speech))) if level(f) > LOUD) * 0.02
