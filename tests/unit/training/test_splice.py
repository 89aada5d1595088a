"""New sentences from stretches of a reader's recordings."""

import numpy as np
import pytest

from models.training import splice
from models.training.align import Said

pytestmark = pytest.mark.unit

SPACING = 5
"""Output frames between phones, 150 ms: no pause between them."""


def clip(*phones: int, level: float = 0.0, spacing: int = SPACING) -> splice.Clip:
    """A recording whose samples are the number of the phone said there."""
    said = [Said(phone, 4 + spacing * index) for index, phone in enumerate(phones)]
    samples = np.zeros(240 * (said[-1].frame + 10), np.float32)
    for one in said:
        samples[240 * one.frame - 600 : 240 * one.frame + 600] = one.phone
    return splice.Clip(samples, np.full((len(samples) // 80, 40), level, np.float32), said)


def said_by(voice: splice.Voice, stretches: list[splice.Stretch]) -> list[list[int]]:
    return [voice.phones[one.start : one.start + one.count] for one in stretches]


def test_the_longest_stretches_are_taken() -> None:
    """A text of the recordings comes from one of them, each stretch begins where the last one ended."""
    voice = splice.Voice([clip(1, 2, 3), clip(1, 2, 3, 4, 5), clip(5, 1, 6)])
    stretches = voice.choose([1, 2, 3, 4, 5, 1, 6], np.random.default_rng(0))
    assert stretches is not None
    assert said_by(voice, stretches) == [[1, 2, 3, 4, 5], [5, 1, 6]]


def test_a_pair_nobody_said_cannot_be_said() -> None:
    """Not even where one recording ends and the next begins."""
    voice = splice.Voice([clip(1, 2), clip(3, 4)])
    assert voice.choose([1, 2, 3], np.random.default_rng(0)) is None


@pytest.mark.parametrize("seed", range(5))
def test_among_equals_the_smoother_join_wins(seed: int) -> None:
    """The continuation whose spectrum is like the one before is taken."""
    voice = splice.Voice([clip(1, 2, level=5), clip(2, 3, level=9), clip(2, 3, level=5.2)])
    stretches = voice.choose([1, 2, 3], np.random.default_rng(seed))
    assert stretches is not None
    assert voice.places[stretches[-1].start][0] == 2


def test_what_is_said_is_the_phones_in_order() -> None:
    """The joined sound holds each phone's samples, with a join inside a phone."""
    voice = splice.Voice([clip(1, 2), clip(2, 3)])
    stretches = voice.choose([splice.PAUSE, 1, 2, 3, splice.PAUSE], np.random.default_rng(0))
    assert stretches is not None
    sound = voice.say(stretches)
    runs = [int(value) for index, value in enumerate(sound) if index == 0 or value != sound[index - 1]]
    assert [value for value in runs if value] == [1, 2, 3]


def test_a_long_gap_is_a_pause() -> None:
    """Phones that are half a second apart are not joined as if they were neighbours."""
    far = [phone for phone, _ in splice.marks(clip(1, 2, spacing=20))]
    near = [phone for phone, _ in splice.marks(clip(1, 2))]
    assert far == [splice.PAUSE, 1, splice.PAUSE, 2, splice.PAUSE]
    assert near == [splice.PAUSE, 1, 2, splice.PAUSE]


def test_a_cross_fade_keeps_the_phase() -> None:
    """Two pieces of one tone join into the tone, wherever in its period they were cut."""
    tone = np.sin(2 * np.pi * 200 * np.arange(2000) / splice.RATE).astype(np.float32)
    joined = splice.crossfade(tone[:800], tone[613:])
    assert np.abs(np.diff(joined)).max() < 1.3 * np.abs(np.diff(tone)).max()
