"""What the language model is told."""

from pathlib import Path

import pytest

from ivr.errors import ConfigurationError
from ivr.language_model import sources
from ivr.language_model.ngram import START

pytestmark = pytest.mark.unit


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    (tmp_path / "phrasings").mkdir()
    (tmp_path / "faq").mkdir()
    return tmp_path


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def test_phrasings_are_sentences_people_say(prompts: Path) -> None:
    """The intent's name and lines that imitate a recogniser's mistakes stay out."""
    lines = "- Un ping ?\n- test ping\n- je veux faire un pain gue\n"
    write(prompts / "phrasings" / "ping.yaml", f"intent: test-ping\nphrasings:\n{lines}")
    assert list(sources.phrasings(prompts)) == [["Un ping ?", "test ping"]]


def test_commands_are_written_small(prompts: Path) -> None:
    """Files without an intent may begin their lines small; an elision without its mark is a mistake."""
    write(prompts / "phrasings" / "commands.yaml", "commands: {agent: [un conseiller, j ai besoin d aide]}\n")
    assert list(sources.phrasings(prompts)) == [["un conseiller"]]


def test_answers_come_in_sentences(prompts: Path) -> None:
    """Every text of an answer counts, sentence by sentence."""
    write(prompts / "faq" / "ping.yaml", "question: Comment ?\nlines: {r: {text: Le menu. La touche}}\n")
    assert [part.strip() for part in sources.answers(prompts)] == ["Comment", "Le menu", "La touche"]


def test_a_new_word_is_in_the_counts(prompts: Path) -> None:
    """A word that only a new phrasing has is recognisable after adaptation."""
    write(prompts / "phrasings" / "x.yaml", "phrasings:\n- Où est le zorglub ?\n")
    counts = sources.collect(prompts)
    assert counts.after[("est", "le")]["zorglub"] > 0
    assert counts.after[(START,)]["où"] > 0


def test_broken_yaml_names_the_file(prompts: Path) -> None:
    """The message leads to the file."""
    write(prompts / "phrasings" / "x.yaml", "phrasings: [\n")
    with pytest.raises(ConfigurationError, match=r"x\.yaml:2: not valid YAML"):
        sources.collect(prompts)


def test_respellings_are_shared_with_the_prompts(prompts: Path) -> None:
    """Single words of lexicon.yaml are heard as they are said."""
    write(
        prompts / "lexicon.yaml", "- {written: Bflex, spoken: Bé-flex}\n- {written: Data Center, spoken: x}\n"
    )
    assert sources.respellings(prompts) == {"bflex": "bé-flex"}


def test_alternatives_expand() -> None:
    """Every combination once."""
    assert sources.expand("[a|b] c[ d|]") == ["a c d", "a c", "b c d", "b c"]


def test_dialogue_words_are_always_known(prompts: Path) -> None:
    """Without any phrasing the commands and the numbers are in the vocabulary."""
    known = set(sources.collect(prompts).after[()])
    assert known >= {
        "oui",
        "non",
        "suite",
        "retour",
        "conseiller",
        "répéter",
        "zéro",
        "soixante",
        "enregistrement",
    }
