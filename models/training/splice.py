"""New sentences in the voices of recorded readers: stretches of their recordings, joined inside phones.

A stretch runs from the middle of one phone to the middle of another, as in diphone synthesis.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.training.align import Said

Samples = NDArray[np.float32]
RATE = 8000
PAUSE = 0
"""Stands for silence in a stream of phones, in the place of the network's blank."""
_HOP = 80
_OUTPUT = 240
_CENTRE = -20
"""Samples from an output's first frame to the middle of the phone it names: the network is late by 15 ms."""
_LONG_GAP = 0.32
_MARGIN = 400
_FADE = 40
_LAG = 40
_CANDIDATES = 30
_JOIN_WEIGHT = 0.6


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording with the phones said in it and their features (frames at 100 Hz)."""

    samples: Samples
    features: NDArray[np.float32]
    said: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a voice's stream, `count` phones long, both ends included."""

    start: int
    count: int


class Voice:
    """One reader's recordings as a stream of phones and pauses, each with its clip and its sample."""

    def __init__(self, clips: Sequence[Clip]) -> None:
        self.clips = clips
        self.phones: list[int] = []
        self.places: list[tuple[int, int]] = []
        for number, clip in enumerate(clips):
            for phone, sample in marks(clip):
                self.phones.append(phone)
                self.places.append((number, sample))
        self._spectra = np.array([self._spectrum(index) for index in range(len(self.phones))])
        self._starts: dict[tuple[int, int], list[int]] = defaultdict(list)
        for index in range(len(self.phones) - 1):
            if self.places[index][0] == self.places[index + 1][0]:
                self._starts[self.phones[index], self.phones[index + 1]].append(index)

    def choose(self, wanted: Sequence[int], rng: np.random.Generator) -> list[Stretch] | None:
        """Stretches that say `wanted`, each beginning with the phone the one before ends with.

        Longer stretches and smoother joins are preferred. None when the reader never says one of the pairs.
        """
        chosen: list[Stretch] = []
        position = 0
        while position < len(wanted) - 1:
            known = self._starts.get((wanted[position], wanted[position + 1]), ())
            if not known:
                return None
            some = rng.permutation(len(known))[:_CANDIDATES]
            options = [self._extend(known[index], wanted[position:]) for index in some]
            costs = -np.array([option.count for option in options], np.float32)
            if chosen:
                costs += _JOIN_WEIGHT * self._roughness(chosen[-1], [option.start for option in options])
            chosen.append(options[int(costs.argmin())])
            position += chosen[-1].count - 1
        return chosen

    def say(self, stretches: Sequence[Stretch]) -> Samples:
        """The stretches joined with short cross-fades, in phase as far as possible."""
        sound = self._cut(stretches[0])
        for stretch in stretches[1:]:
            sound = crossfade(sound, self._cut(stretch))
        return sound

    def _extend(self, start: int, wanted: Sequence[int]) -> Stretch:
        count = 1
        while (
            count < len(wanted)
            and start + count < len(self.phones)
            and self.phones[start + count] == wanted[count]
            and self.places[start + count][0] == self.places[start][0]
        ):
            count += 1
        return Stretch(start, count)

    def _roughness(self, before: Stretch, starts: Sequence[int]) -> NDArray[np.float32]:
        here = self._spectra[before.start + before.count - 1]
        return np.asarray(np.abs(self._spectra[list(starts)] - here).mean(1), np.float32)

    def _spectrum(self, index: int) -> NDArray[np.float32]:
        number, sample = self.places[index]
        features = self.clips[number].features
        return np.asarray(features[min(sample // _HOP, len(features) - 1)], np.float32)

    def _cut(self, stretch: Stretch) -> Samples:
        number, first = self.places[stretch.start]
        last = self.places[stretch.start + stretch.count - 1][1]
        samples = self.clips[number].samples
        return samples[max(0, first - _FADE - _LAG) : last + _FADE]


def marks(clip: Clip) -> list[tuple[int, int]]:
    """The phones of a clip with their samples; pauses at its ends and in long gaps between phones."""
    middles = [(said.phone, max(0, said.frame * _OUTPUT + _CENTRE)) for said in clip.said]
    if not middles:
        return []
    found = [(PAUSE, max(0, middles[0][1] - RATE // 8 - _MARGIN)), middles[0]]
    for (_, before), after in pairwise(middles):
        if after[1] - before > _LONG_GAP * RATE:
            found.append((PAUSE, _quietest(clip.samples, before, after[1])))
        found.append(after)
    return [*found, (PAUSE, min(len(clip.samples), middles[-1][1] + RATE // 5 + _MARGIN))]


def crossfade(before: Samples, after: Samples) -> Samples:
    """`after` appended to `before`, overlapping where their waveforms agree best within 5 ms."""
    size = min(2 * _FADE, len(before), len(after) // 2)
    if not size:
        return before
    lags = range(min(2 * _LAG, len(after) - size))
    tail = before[-size:]
    best = max(lags, key=lambda lag: float(tail @ after[lag : lag + size]), default=0)
    rise = np.linspace(0, 1, size, dtype=np.float32)
    mixed = tail * (1 - rise) + after[best : best + size] * rise
    return np.concatenate([before[:-size], mixed, after[best + size :]])


def _quietest(samples: Samples, start: int, end: int) -> int:
    """The middle of the quietest 20 ms between two samples."""
    window = RATE // 50
    energy = np.convolve(np.square(samples[start:end]), np.ones(window), "valid")
    return start + int(energy.argmin()) + window // 2
