"""Lines put together from what is rendered already."""

import pytest

from ivr.audio.frame import FRAME_BYTES
from ivr.speech.synthesis.piecing import Piece, Pieces, put_together

pytestmark = pytest.mark.unit

KNOWN = Pieces.of(["Je répète :", "zéro six", "douze", "douze.", "C'est exact ?", "Quatre", "Quatre vingt"])


def making(text: str) -> list[str]:
    return [piece.text for piece in KNOWN.making(text)]


def test_a_number_is_made_of_its_pairs() -> None:
    """Marks and capitals do not count, but the piece with the same mark is preferred."""
    assert making("je répète : zéro six, douze. C'est exact ?") == [
        "Je répète :", "zéro six", "douze.", "C'est exact ?",
    ]  # fmt: skip
    assert KNOWN.making("Zéro six, douze, zéro six")[1] == Piece("douze", ",")


def test_the_fewest_pieces_are_taken() -> None:
    """The longer the piece, the more natural."""
    assert making("Quatre vingt, douze") == ["Quatre vingt", "douze"]


@pytest.mark.parametrize("text", ["", "zéro sept", "Je répète : zéro", "zéro six douze mille"])
def test_what_cannot_be_made(text: str) -> None:
    """A word that no piece has makes no line at all."""
    assert KNOWN.making(text) == ()


def test_pauses_follow_the_marks() -> None:
    """A sentence's end is longer than a comma; within a phrase the pieces move together."""
    sound = b"\1" * FRAME_BYTES * 20
    lengths = {
        mark: len(put_together((Piece("a", mark), Piece("b", "")), (sound, sound))) for mark in (".", ",", "")
    }
    assert lengths["."] > lengths[","] > lengths[""]
    assert all(length % FRAME_BYTES == 0 for length in lengths.values())
