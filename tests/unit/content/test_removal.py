"""A question taken away: what depended on it, and files that the loader still accepts."""

import shutil
from pathlib import Path

import pytest

from ivr.content.removal import removal
from ivr.knowledge.matching import load_phrasings
from ivr.knowledge.published import load_content
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

TEXTS = {
    path.relative_to(PROMPTS).as_posix(): path.read_text(encoding="utf-8") for path in PROMPTS.rglob("*.yaml")
}
INTENTS = sorted(Path(path).stem for path in TEXTS if path.startswith("faq/"))


@pytest.mark.parametrize("intent", INTENTS)
def test_every_shipped_question_can_go(intent: str, tmp_path: Path) -> None:
    """Whatever led to it, the loader accepts what is left, which no longer names it."""
    folder = tmp_path / "prompts"
    shutil.copytree(PROMPTS, folder)
    for path, text in removal(TEXTS, intent).files.items():
        if text is None:
            (folder / path).unlink()
        else:
            (folder / path).write_text(text, encoding="utf-8")
    content, phrasings = load_content(folder), load_phrasings(folder / "phrasings")
    assert intent not in content.faq.answers
    assert intent not in phrasings.intents
    assert all(intent not in line.intents for line in (*phrasings.several, *phrasings.torn))


def test_what_depends_on_a_question_is_named() -> None:
    """Replies of other answers, neighbours, choices and utterances with two questions."""
    told = removal(TEXTS, "test-ping").consequences
    (replies,) = (each for each in told if "n'en sait pas plus" in each.what)
    assert replies.intent == "poste-ne-s-enregistre-pas"
    assert {each.where for each in told if not each.intent} >= {"Deux questions à la fois"}


def test_a_choice_of_one_takes_away_the_choice_that_led_to_it() -> None:
    """Closed questions are chained; a chain never ends in nothing."""
    text = """\
questions:
  a.1:
    between: [[x, y]]
    choices: [{word: un, go: x}, {word: deux, go: a.2}]
  a.2:
    choices: [{word: trois, go: y}, {word: quatre, go: z}]
families:
  - {ask: a.1, say: [lieu]}
"""
    done = removal({"disambiguation.yaml": text}, "z")
    assert done.files["disambiguation.yaml"] == "questions: {}\nfamilies: []\n"
    assert [each.where for each in done.consequences if "Choix" in each.where] != []


def test_nothing_depends_on_a_name_that_is_part_of_another() -> None:
    """« tarifs » is not « tarifs-etranger »."""
    assert list(
        removal({"phrasings/several.yaml": "several:\n  - {text: a, intents: [ab, c]}\n"}, "a").files
    ) == [
        "faq/a.yaml",
        "phrasings/a.yaml",
    ]
