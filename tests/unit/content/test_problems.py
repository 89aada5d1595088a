"""Complaints in French, at their field."""

from pathlib import Path

import pytest

from ivr.content.problems import at, problems_in
from ivr.errors import ConfigurationError
from ivr.knowledge.files.remedies import Code, FilesRefused, Found
from ivr.knowledge.wording import flaws

pytestmark = pytest.mark.unit


def test_complaints_find_their_field() -> None:
    """File, key and remedy, below the key too; what is elsewhere stays elsewhere."""
    found = (
        Found("/d/faq/x.yaml", 7, "lines.r.text", Code.MISSING()),
        Found("/d/faq/y.yaml", 1, "label", Code.NO_LIST()),
    )
    problems = problems_in(FilesRefused(found), Path("/d"))
    assert at(problems, "faq/x.yaml", "lines.r") == ["Écrivez un texte : ce champ est vide."]
    assert at(problems, "faq/x.yaml", "label") == []
    assert at(problems, "faq/y.yaml", "label") == ["Il faut ici une liste : des lignes « - »."]


def test_what_no_file_says_is_the_operators_to_mend() -> None:
    """A setting is not a supervisor's."""
    (problem,) = problems_in(ConfigurationError("links.x: no address"), Path("/d"))
    assert problem.remedy == "L'exploitant doit le corriger : links.x: no address"


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
    found = Found("/d/faq/x.yaml", 7, key, Code.MISSING())
    (problem,) = problems_in(FilesRefused([found]), Path("/d"))
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
    assert all(flaw.french != str(flaw) for flaw in found)
