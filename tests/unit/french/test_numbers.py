"""Numbers are said as the French say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.numbers import say_integer, say_time, say_wait

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (1, "un"),
        (16, "seize"),
        (17, "dix-sept"),
        (20, "vingt"),
        (21, "vingt et un"),
        (22, "vingt-deux"),
        (61, "soixante et un"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (77, "soixante-dix-sept"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (90, "quatre-vingt-dix"),
        (91, "quatre-vingt-onze"),
        (99, "quatre-vingt-dix-neuf"),
        (100, "cent"),
        (101, "cent un"),
        (180, "cent quatre-vingts"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (1000, "mille"),
        (1001, "mille un"),
        (1980, "mille neuf cent quatre-vingts"),
        (2000, "deux mille"),
        (80_000, "quatre-vingt mille"),
        (200_000, "deux cent mille"),
        (1_000_000, "un million"),
        (80_000_000, "quatre-vingts millions"),
        (2_000_003, "deux millions trois"),
        (-5, "moins cinq"),
    ],
)
def test_integers(number: int, words: str) -> None:
    """Hyphens, « et », and the plural of cent and vingt follow the traditional spelling."""
    assert say_integer(number) == words


def test_too_large_to_be_said() -> None:
    """A number nobody would announce is refused."""
    with pytest.raises(ValueError, match="too large"):
        say_integer(10**9)


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_two_numbers_never_sound_the_same(one: int, other: int) -> None:
    """Different numbers have different words."""
    assert (say_integer(one) == say_integer(other)) == (one == other)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "deux minutes"),
        (120, "deux minutes"),
        (121, "cinq minutes"),
        (300, "cinq minutes"),
        (301, "dix minutes"),
        (600, "dix minutes"),
        (600.5, "plus de dix minutes"),
        (7200, "plus de dix minutes"),
    ],
)
def test_waits_are_rounded_up(seconds: float, words: str) -> None:
    """No caller is promised less than was measured."""
    assert say_wait(seconds) == words


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 0, "minuit"),
        (24, 0, "minuit"),
        (1, 0, "une heure"),
        (9, 0, "neuf heures"),
        (9, 30, "neuf heures trente"),
        (12, 0, "midi"),
        (12, 15, "midi quinze"),
        (21, 0, "vingt et une heures"),
        (8, 1, "huit heures une"),
    ],
)
def test_clock_times(hour: int, minute: int, words: str) -> None:
    """Hours are feminine; noon and midnight have names."""
    assert say_time(hour, minute) == words
