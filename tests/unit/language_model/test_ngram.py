"""The trigram estimate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language_model.ngram import END, START, UNKNOWN, Counts, estimate

pytestmark = pytest.mark.unit

sentence = st.lists(st.sampled_from("abc"), min_size=1, max_size=5)


@given(st.lists(sentence, min_size=1, max_size=6))
def test_chances_sum_to_one(sentences: list[list[str]]) -> None:
    """After every history, the words, the end and [unk] share exactly 1."""
    counts = Counts()
    for words in sentences:
        counts.add(words, 2.0)
    model = estimate(counts, "abcd", unknown=0.01)
    for history in model.explicit:
        total = sum(model.probability(history, word) for word in (*"abcd", END, UNKNOWN))
        assert total == pytest.approx(1.0)


def test_what_was_said_is_likelier() -> None:
    """A continuation seen after its history beats one that was not."""
    counts = Counts()
    counts.add(["un", "conseiller"], 5.0)
    counts.add(["une", "facture"], 5.0)
    model = estimate(counts, ["un", "une", "conseiller", "facture"], unknown=0.001)
    assert model.probability((START, "un"), "conseiller") > 3 * model.probability((START, "un"), "facture")


def test_unknown_has_the_chance_it_is_given() -> None:
    """[unk] gets its probability wherever nothing longer applies, and a strange word none."""
    counts = Counts()
    counts.add(["oui"], 1.0)
    model = estimate(counts, ["oui"], unknown=0.25)
    assert model.probability((), UNKNOWN) == 0.25
    assert model.probability((), "jamais") == 0.0


def test_words_left_out_of_the_vocabulary_leave_no_trace() -> None:
    """A word that cannot be pronounced does not appear after any history."""
    counts = Counts()
    counts.add(["le", "xyz", "marche"], 1.0)
    model = estimate(counts, ["le", "marche"], unknown=0.001)
    assert all("xyz" not in chances for chances in model.explicit.values())


def test_a_fragment_says_nothing_about_sentence_ends() -> None:
    """Fragments teach inner word pairs only."""
    counts = Counts()
    counts.add_fragment(["mot", "de", "passe"], 1.0)
    assert counts.after[("mot",)] == {"de": 1.0}
    assert (START,) not in counts.after
    assert END not in counts.after[()]
