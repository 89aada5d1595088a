"""French for the screen."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.console.typography import duration, moment, number, percent, pieces, plural, spaced

pytestmark = pytest.mark.unit

PARIS = ZoneInfo("Europe/Paris")


def test_moments_are_told_from_now() -> None:
    """Today, yesterday, or the date, on the desk's clock."""
    now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert moment(datetime(2026, 11, 22, 23, 5, tzinfo=UTC), PARIS, now) == "aujourd'hui à 0\u00a0h\u00a005"
    assert moment(datetime(2026, 11, 22, 16, 5, tzinfo=UTC), PARIS, now) == "hier à 17\u00a0h\u00a005"
    assert (
        moment(datetime(2026, 11, 1, 9, 0, tzinfo=UTC), PARIS, now)
        == "1er\u00a0novembre 2026 à 10\u00a0h\u00a000"
    )


def test_numbers() -> None:
    """Spaces between thousands, a comma before decimals, singular for zero."""
    assert number(12345.67, 1) == "12\u202f345,7"
    assert (percent(0.834), percent(None)) == ("83\u202f%", "–")
    assert (duration(48), duration(185), duration(None)) == ("48\u00a0s", "3\u00a0min\u00a005", "–")
    assert [plural(n, "appel") for n in (0, 1, 2)] == ["0\u00a0appel", "1\u00a0appel", "2\u00a0appels"]
    assert plural(2, "fichier modifié", "fichiers modifiés") == "2\u00a0fichiers modifiés"


def test_signs_stay_with_their_word() -> None:
    """No « ? » at the beginning of a line."""
    assert spaced("Où ? « Ici »") == "Où\u00a0? «\u00a0Ici\u00a0»"


def test_found_words_are_shown_as_they_were_said() -> None:
    """Case and accents do not matter; nothing is lost of the text around them."""
    assert pieces("Où est l'adresse", "OU") == [("Où", True), (" est l'adresse", False)]
    assert pieces("à la la", "la") == [("à ", False), ("la", True), (" ", False), ("la", True)]
    assert pieces("Œuvre İ", "x") == [("Œuvre İ", False)]
    assert pieces("tout", "") == [("tout", False)]
    assert pieces("", "rien") == []
