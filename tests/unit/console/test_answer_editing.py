"""From a form back to the file: what differs is written, the rest stays."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ivr.console.forms.answer_editing import edit_answer
from ivr.console.forms.answer_form import Reply, Step, read_form
from ivr.console.forms.entry_points_form import Listed, Opening, Thing, WaysIn
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

ANSWERS = sorted((PROMPTS / "faq").glob("*.yaml"))
ANSWER = """\
# Why it is written so.
position: 7
category: A
question: Où ?  # as printed
label: le lieu
choice-word: lieu
links: [a, b]
display: |
  Ici.

lines:
  r:
    text: Ici. # short
    tail: suite
    next: q1
  q1:
    text: Est-ce là ?
    tail: question
    branches:
      - {reply: oui, go: menu} # the usual
      - reply: non
        given: &lost [perdu, égaré]
        go: fin.1
      - {say: [peut-être], go: menu}
  fin.1:
    text: Alors non.
    tail: fin

openings:
  - start: fin.1 # straight to the end
    when: *lost
  - start: r
    when: [ici]
    path: [r, fin.1]
known:
  - {line: q1, reply: oui, when: [vu]}
"""


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_saving_a_form_unchanged_keeps_every_byte(path: Path) -> None:
    """Whoever only looks leaves no trace."""
    text = path.read_text(encoding="utf-8")
    assert edit_answer(text, read_form(text, ())) == text


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_an_edit_of_one_field_changes_one_value(path: Path) -> None:
    """Of everything that an answer holds, only the edited text differs."""
    text = path.read_text(encoding="utf-8")
    form = read_form(text, ())
    edited = edit_answer(text, replace(form, texts={**form.texts, "label": "autre chose"}))
    old, new = (yaml.load(each, Loader=yaml.BaseLoader) for each in (text, edited))
    assert new == old | {"label": "autre chose"}
    assert edited.count("#") == text.count("#")


def test_an_edit_keeps_comments_order_and_shared_lists() -> None:
    """A word of one reply: every other line of the file is as it was."""
    form = read_form(ANSWER, ())
    r, question, end = form.steps
    replies = (replace(question.replies[0], go="r"), *question.replies[1:])
    edited = edit_answer(ANSWER, replace(form, steps=(r, replace(question, replies=replies), end)))
    expected = ANSWER.replace("oui, go: menu", "oui, go: r")
    assert re.sub(" +#", " #", edited) == re.sub(" +#", " #", expected)


def test_a_new_step_and_a_new_reply_are_written_in_their_place() -> None:
    """Between their neighbours, as a person would have written them."""
    form = read_form(ANSWER, ())
    r, question, end = form.steps
    asked = replace(question, replies=(*question.replies, Reply("inconnu", "transfer")))
    steps = (replace(r, next="e1"), Step("e1", "Puis.", "suite", "q1"), asked, end)
    lines = yaml.safe_load(edit_answer(ANSWER, replace(form, steps=steps)))["lines"]
    assert list(lines) == ["r", "e1", "q1", "fin.1"]
    assert lines["e1"] == {"text": "Puis.", "tail": "suite", "next": "q1"}
    assert lines["q1"]["branches"][-1] == {"reply": "inconnu", "go": "transfer"}


def test_ways_in_come_change_and_go() -> None:
    """Openings, replies known beforehand and a list; what stays keeps its comment."""
    form = read_form(ANSWER, ())
    straight, here = form.ways_in.openings
    gare = Thing("la gare", "r", "gare, la gare")
    listed = Listed("lieu", "fin.1", "est-ce", "", (gare,))
    ways = WaysIn(
        openings=(replace(here, when="ici, là", path=("q1", "fin.1")), straight, Opening("q1", "où  donc")),
        known=(),
        listed=listed,
    )
    edited = edit_answer(ANSWER, replace(form, ways_in=ways))
    tree = yaml.safe_load(edited)
    assert tree["openings"] == [
        {"start": "r", "when": ["ici", "là"], "path": ["r", "q1", "fin.1"]},
        {"start": "fin.1", "when": ["perdu", "égaré"]},
        {"start": "q1", "when": ["où donc"]},
    ]
    assert "known" not in tree
    things = [{"name": "la gare", "line": "r", "say": ["gare", "la gare"]}]
    assert tree["catalogue"] == {"slot": "lieu", "unknown": "fin.1", "asks": ["est-ce"], "items": things}
    assert "# straight to the end" in edited
    assert read_form(edited, ()).ways_in.listed == replace(listed, things=(replace(gare, was="0"),))


def test_a_comment_that_would_spoil_the_file_is_left_out() -> None:
    """Content goes before comments: what is written is always what was meant."""
    tricky = ANSWER.replace("branches:", "branches: # what he sees")
    form = read_form(tricky, ())
    edited = edit_answer(tricky, replace(form, texts={**form.texts, "label": "ici"}))
    old = yaml.load(tricky, Loader=yaml.BaseLoader)
    assert yaml.load(edited, Loader=yaml.BaseLoader) == old | {"label": "ici"}
