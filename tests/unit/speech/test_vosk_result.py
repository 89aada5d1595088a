"""Vosk's two result shapes."""

import json
import math

import pytest

from ivr.dialogue.events import Hypothesis, Word
from ivr.speech.recognition.vosk_result import hypotheses, join_elisions, join_text, likelihood, partial

pytestmark = pytest.mark.unit


def word(text: str, start: float, end: float, **more: float) -> dict[str, object]:
    return {"word": text, "start": start, "end": end, **more}


def test_single_result_keeps_word_confidences() -> None:
    """The shape without alternatives: confidences are Vosk's own, the whole has their mean."""
    result = {"text": "oui merci", "result": [word("oui", 0, 1, conf=1.0), word("merci", 1, 2, conf=0.5)]}
    assert hypotheses(json.dumps(result), 5) == (
        Hypothesis("oui merci", 0.75, (Word("oui", 0, 1, 1.0), Word("merci", 1, 2, 0.5))),
    )


def test_alternatives_become_posteriors() -> None:
    """The n-best shape: a word is as sure as the share of the readings that have it, a reading their mean."""
    result = {
        "alternatives": [
            {"text": "oui merci", "confidence": 10.0, "result": [word("oui", 0, 1), word("merci", 1, 2)]},
            {"text": "oui", "confidence": 10.0 - math.log(3), "result": [word("oui", 0, 1)]},
        ]
    }
    first, second = hypotheses(json.dumps(result), 5)
    assert (first.text, second.text) == ("oui merci", "oui")
    assert first.confidence == pytest.approx(0.875)
    assert [w.confidence for w in first.words] == pytest.approx([1.0, 0.75])


def test_readings_that_differ_only_in_sound_are_one() -> None:
    """Two pronunciations of one text add up, and may win."""
    alternatives = [
        {"text": "l' art", "confidence": 1.0},
        {"text": "lard", "confidence": 0.9},
        {"text": "lard", "confidence": 0.8},
    ]
    first, second = hypotheses(json.dumps({"alternatives": alternatives}), 5)
    assert (first.text, second.text) == ("lard", "l'art")
    assert first.confidence + second.confidence == pytest.approx(1.0)


def test_the_limit_is_kept() -> None:
    """No more readings than asked for, best first."""
    alternatives = [{"text": t, "confidence": c} for t, c in (("un", 1.0), ("deux", 3.0), ("trois", 2.0))]
    assert [h.text for h in hypotheses(json.dumps({"alternatives": alternatives}), 2)] == ["deux", "trois"]


@pytest.mark.parametrize(
    "result", [{"text": ""}, {"alternatives": []}, {"alternatives": [{"text": "", "confidence": 0.0}]}]
)
def test_no_words_no_hypothesis(result: dict[str, object]) -> None:
    """Silence reads as nothing at all, in either shape."""
    assert hypotheses(json.dumps(result), 5) == ()


def test_elisions_are_glued() -> None:
    """« l' » belongs to its word; the pair is as sure as its weaker half."""
    pair = (Word("l'", 0.0, 0.1, 0.9), Word("adresse", 0.1, 0.6, 0.4))
    assert join_elisions(pair) == (Word("l'adresse", 0.0, 0.6, 0.4),)
    assert join_text("qu' est -ce que c' est") == "qu'est -ce que c'est"
    assert partial('{"partial": "l\' adresse"}') == "l'adresse"


def test_likelihood_is_the_best_alternatives() -> None:
    """Decoders are compared by it; the other shape has none."""
    assert (
        likelihood('{"alternatives": [{"text": "a", "confidence": 3}, {"text": "b", "confidence": 5}]}') == 5
    )
    assert likelihood('{"text": "a"}') is None
