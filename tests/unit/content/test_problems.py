"""Complaints in French, at their field."""

from pathlib import Path

import pytest

from ivr.content.problems import at, french, problems_in
from ivr.knowledge.wording import flaws

pytestmark = pytest.mark.unit


def test_complaints_find_their_field() -> None:
    """File, key and remedy, below the key too; what is elsewhere stays elsewhere."""
    message = "/d/faq/x.yaml:7: lines.r.text: missing: give it a text\n/d/faq/y.yaml:1: label: unknown"
    problems = problems_in(message, Path("/d"))
    assert at(problems, "faq/x.yaml", "lines.r") == ["Écrivez un texte : ce champ est vide."]
    assert at(problems, "faq/x.yaml", "label") == []
    assert at(problems, "faq/y.yaml", "label") == ["unknown"]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("lines.q1.branches[2].go", "Choisissez où mène cette réponse."),
        ("openings[1].start", "Choisissez l'étape à dire."),
        ("catalogue.items[12].line", "Choisissez l'étape à dire."),
        ("known[1].line", "Choisissez la question."),
        ("label", "Écrivez un texte : ce champ est vide."),
    ],
)
def test_what_is_chosen_is_not_asked_to_be_written(key: str, told: str) -> None:
    """The remedy for an empty field depends on how it is filled in."""
    (problem,) = problems_in(f"/d/faq/x.yaml:7: {key}: missing: give it a text", Path("/d"))
    assert problem.remedy == told


@pytest.mark.parametrize(
    "text",
    [
        " ".join(["mot"] * 40) + ".",
        "Où ? Quand ?",
        "Le 15.",
        "Voir https://a.fr.",
        "Menu > réglages.",
        "Quoi?",
        "{inconnu}",
        "Un { seul.",
    ],
)
def test_every_flaw_of_a_spoken_text_is_told_in_french(text: str) -> None:
    """No English reaches a supervisor."""
    found = list(flaws(text))
    assert found
    assert all(french(flaw) != flaw for flaw in found), [flaw for flaw in found if french(flaw) == flaw]
