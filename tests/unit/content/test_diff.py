"""Two editions, compared as a supervisor reads them."""

import pytest

from ivr.content.diff import Row, differences

pytestmark = pytest.mark.unit

FAQ = b"question: Ou ?\nlabel: le lieu\nlinks: [a]\nlines:\n  r: {text: Ici., tail: fin}\n"


def test_texts_are_named_and_shown_before_and_after() -> None:
    """The question's title, the line, the field; nothing that is the same."""
    after = FAQ.replace(b"Ici.", b"La.").replace(b"[a]", b"[a, b]")
    (change,) = differences({"faq/x.yaml": FAQ}, {"faq/x.yaml": after})
    assert (change.kind, change.title, change.intent) == ("Question", "Ou ?", "x")
    assert set(change.rows) == {Row("Première phrase", "Ici.", "La."), Row("Documents cités", "", "b")}


def test_phrasings_are_told_one_by_one_whatever_their_order() -> None:
    """Only what is new and what is gone."""
    before = {"faq/x.yaml": FAQ, "phrasings/x.yaml": b"intent: x\nphrasings: [un, deux]\n"}
    after = before | {"phrasings/x.yaml": b"intent: x\nphrasings: [trois, un]\n"}
    (change,) = differences(before, after)
    assert set(change.rows) == {Row("Formulation", "deux", ""), Row("Formulation", "", "trois")}
    assert change.title == "Ou ?"


def test_pronunciations_and_recordings() -> None:
    """A word is its own label; a recording has no text."""
    before = {"faq/x.yaml": FAQ, "lexicon.yaml": b"- {written: IP, spoken: I P}\n"}
    after = before | {"lexicon.yaml": b"- {written: IP, spoken: aille pi}\n", "recordings/x.r.wav": b"RIFF"}
    lexicon, recording = differences(before, after)
    assert lexicon.rows == (Row("IP", "I P", "aille pi"),)
    assert (recording.intent, recording.rows) == ("x", (Row("Première phrase", "", "un enregistrement"),))


def test_equal_editions_have_no_difference() -> None:
    """Nothing is told when nothing differs."""
    assert differences({"a.yaml": FAQ}, {"a.yaml": FAQ}) == ()


def test_ways_into_an_answer_are_told_by_what_callers_say() -> None:
    """Another beginning, a reply known beforehand, a thing of a list: each with its step's name."""
    ways = b"""
openings: [{start: e1, when: [un, deux], path: [e1, r]}]
known: [{line: q1, reply: oui, when: [vu]}]
catalogue: {slot: f, unknown: r, asks: [ai-je], items: [{name: la gare, line: e1, say: [gare]}]}
"""
    lines = b"  e1: {text: La., tail: fin}\n  q1: {text: Ou ?, tail: question}\n"
    before, after = FAQ + lines, FAQ + lines + ways
    (change,) = differences({"faq/x.yaml": before}, {"faq/x.yaml": after})
    assert set(change.rows) == {
        Row("Autre début : « un, deux »", "", "Étape 1, puis Première phrase"),
        Row("Réponse déjà connue, Question 1 : « vu »", "", "oui"),
        Row("Liste, la gare : mots", "", "« gare »"),
        Row("Liste, la gare : étape", "", "Étape 1"),
        Row("Liste : l'appelant demande si…", "", "ai-je"),
        Row("Liste : ce qui n'y est pas", "", "Première phrase"),
        Row("Liste : nom remplacé", "", "f"),
    }
