"""One take of a person's recording: is it fit to be a prompt?

Measures what loudness normalisation hides: amplified noise, words cut off, clipping.
"""

import enum

import numpy as np

from ivr.audio.frame import RATE, Floats
from ivr.audio.loudness import loudness
from ivr.speech.synthesis.rendering import LEAD, TAIL, band_limit, decoded, telephone_rate, trim

SHORTEST = 0.3
"""Seconds of sound: the shortest word."""
SOFTEST = -48.0
"""LUFS: from here the chain brings the room's noise up by 28 dB."""
FULL = 0.985
RUN = 3
"""So many samples at full scale in a row are a wave cut off; a single one may be a peak."""
CLIPPED_SHARE = 0.001


class Fault(enum.Enum):
    """Why a take should be made again."""

    SHORT = "next to no sound in it"
    SOFT = "too far from the microphone"
    CLIPPED = "too loud for the microphone: distorted"


def fault_of(sound: bytes) -> Fault | None:
    """Return what is wrong with an audio file. Raises EngineError when it is not one."""
    samples, rate = decoded(sound)
    if clipped(samples):
        return Fault.CLIPPED
    speech = trim(band_limit(telephone_rate(samples, rate)))
    if speech.size < SHORTEST * RATE + LEAD + TAIL:
        return Fault.SHORT
    return Fault.SOFT if loudness(speech) < SOFTEST else None


def clipped(samples: Floats) -> bool:
    """Whether waves were cut off at full scale often enough to be heard."""
    full = np.abs(samples) >= FULL
    if not full.any():
        return False
    runs = np.convolve(full, np.ones(RUN), "valid") == RUN
    return float(runs.mean()) > CLIPPED_SHARE
