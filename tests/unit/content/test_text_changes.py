"""Single changes to files: what was asked for, and nothing else."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ivr.content.text_changes import edit_lexicon, edit_line, edit_phrasings, new_answer, new_phrasings
from ivr.knowledge.document import Problems
from ivr.knowledge.faq import parse_answer, read_faq
from ivr.knowledge.lexicon import HEADER
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit


def test_a_new_answer_is_one_the_loader_accepts() -> None:
    """Whatever the form holds, the file is right."""
    faq = read_faq(PROMPTS / "faq", Problems())
    fields = {
        "category": "A",
        "question": "Quoi : ceci ?",
        "label": "ceci",
        "choice-word": "tel",
        "display": "# 1",
    }
    answer, problems = parse_answer(new_answer(fields, "C'est : ceci."), "ceci", faq)
    assert list(problems) == []
    assert (answer.question, answer.display, answer.lines["r"].text) == (
        "Quoi : ceci ?",
        "# 1",
        "C'est : ceci.",
    )


PHRASES = st.lists(
    st.sampled_from(["a b", "c'est où ?", "non", "12", "# d", "e: f", "- g", "[h", "« i »"]), unique=True
)


@given(PHRASES.filter(bool), PHRASES.filter(bool))
def test_phrasings_become_exactly_what_was_asked(old: list[str], new: list[str]) -> None:
    """Added, removed and moved phrasings, with every character YAML could take amiss."""
    edited = edit_phrasings(new_phrasings("x", old), new)
    assert yaml.load(edited, Loader=yaml.BaseLoader)["phrasings"] == new


def test_a_change_keeps_what_was_noted() -> None:
    """A comment becomes a note, once, and stays one."""
    text = "intent: x\nphrasings:\n  - un # le premier\n  - deux\n"
    once = edit_phrasings(text, ["un", "trois"])
    assert once == ('note: "phrasings: le premier"\nintent: x\n\nphrasings:\n  - un\n  - trois\n')
    assert edit_phrasings(once, ["un"]) == once.replace("  - trois\n", "")


def test_a_shared_line_changes_alone() -> None:
    """The other prompts and the note stay."""
    text = "note: Greeting.\na.1: Bonjour.\na.2: Salut.\n"
    assert edit_line(text, "a.1", "Bonsoir.") == text.replace("Bonjour", "Bonsoir")


def test_the_lexicon_gains_changes_and_loses_entries() -> None:
    """One entry at a time, the rest as it was."""
    text = HEADER + "- written: PoE\n  spoken: P O E\n- written: IP\n  spoken: I P\n"
    more = edit_lexicon(text, "SVI", "S V I")
    assert more == text + "- written: SVI\n  spoken: S V I\n"
    assert edit_lexicon(more, "SVI", "") == text
    assert edit_lexicon(text, "IP", "aille pi") == text.replace("I P", "aille pi")
    assert edit_lexicon("", "IP", "I P") == HEADER + "- written: IP\n  spoken: I P\n"
    assert edit_lexicon(edit_lexicon("", "IP", "I P"), "IP", "") == HEADER + "[]\n"
