"""Finding when each phone of a text was said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training import align
from models.training.align import Label
from models.training.distance import collapse

pytestmark = pytest.mark.unit


def scores(*frames: int, phones: int = 6, sure: float = 0.9) -> np.ndarray:
    """Log probabilities of a network that is sure of one phone per frame."""
    shares = np.full((len(frames), phones), (1 - sure) / (phones - 1), np.float32)
    shares[np.arange(len(frames)), frames] = sure
    return np.log(shares)


def test_phones_are_found_where_the_network_says_them() -> None:
    """Each phone comes with its surest frame; blanks are free."""
    said, score = align.align(scores(0, 3, 3, 0, 0, 2, 0, 4, 4), [Label(3), Label(2), Label(4)])
    assert [(one.phone, one.frame) for one in said] == [(3, 1), (2, 5), (4, 7)]
    assert score == pytest.approx(np.log(0.9))


def test_a_repeated_phone_needs_a_blank_between() -> None:
    """CTC's rule: two equal labels are two only with a blank in the middle."""
    said, _ = align.align(scores(3, 3, 0, 3), [Label(3), Label(3)])
    assert [(one.phone, one.frame) for one in said] == [(3, 0), (3, 3)]


@pytest.mark.parametrize(
    ("frames", "expected"),
    [((1, 0, 2, 3), [1, 2, 3]), ((1, 0, 0, 3), [1, 3]), ((1, 3, 3, 0), [1, 3])],
)
def test_an_optional_phone_may_be_silent(frames: tuple[int, ...], expected: list[int]) -> None:
    """A schwa is found when it was said and left out when it was not."""
    said, _ = align.align(scores(*frames), [Label(1), Label(2, optional=True), Label(3)])
    assert [one.phone for one in said] == expected


@pytest.mark.parametrize(("frames", "expected"), [((1, 0, 2), [1, 2]), ((1, 0, 0), [1])])
def test_a_last_schwa_may_be_silent(frames: tuple[int, ...], expected: list[int]) -> None:
    """Also when nothing follows."""
    said, _ = align.align(scores(*frames), [Label(1), Label(2, optional=True)])
    assert [one.phone for one in said] == expected


def test_a_wrong_text_scores_low() -> None:
    """What is not said costs, so that clips with another text can be told."""
    heard = scores(1, 0, 2, 0, 3, 0)
    right, wrong = (align.align(heard, [Label(p) for p in text])[1] for text in ((1, 2, 3), (4, 5, 1)))
    assert wrong < right - 1


def test_too_many_phones_are_refused() -> None:
    """An error that says so, not a path that does not exist."""
    with pytest.raises(ValueError, match="5 phones do not fit into 4 frames"):
        align.align(scores(1, 2, 3, 4), [Label(1)] * 5)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=25))
def test_a_text_read_off_the_network_is_found_again(frames: list[int]) -> None:
    """Aligning the greedy reading gives that reading, at increasing frames."""
    reading = collapse(frames)
    said, _ = align.align(scores(*frames), [Label(phone) for phone in reading])
    assert [one.phone for one in said] == reading
    assert [frames[one.frame] for one in said] == reading
    assert [one.frame for one in said] == sorted({one.frame for one in said})


def test_schwas_of_a_text_are_optional() -> None:
    """Those of espeak-ng and those that verse adds after a last consonant; other phones are not."""
    found = [label.optional for label in align.labels("ʒə tab")]
    assert found == [False, True, False, False, False, True]
