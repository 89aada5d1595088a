"""From a form back to the file: what differs is written, the rest stays."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ivr.console.forms.answer_form import Reply, Step, read_form
from ivr.console.forms.answer_tree import edit_answer
from ivr.console.forms.entry_points_form import Listed, Opening, Thing, WaysIn
from ivr.content.tree import tree_of
from ivr.knowledge.files.writer import written
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

ANSWERS = sorted((PROMPTS / "faq").glob("*.yaml"))
ANSWER = """\
note: Why it is written so.
position: 7
category: A
question: Où ?
label: le lieu
choice-word: lieu
links: [a, b]

display: |
  Ici.

lines:
  r:
    note: short
    text: Ici.
    tail: suite
    next: q1
  q1:
    text: Est-ce là ?
    tail: question
    branches:
      - note: the usual
        reply: oui
        go: menu
      - reply: non
        given: [perdu, égaré]
        go: fin.1
      - say: [peut-être]
        go: menu
  fin.1:
    text: Alors non.
    tail: fin

openings:
  - note: straight to the end
    start: fin.1
    when: [perdu, égaré]
  - start: r
    when: [ici]
    path: [r, fin.1]

known:
  - line: q1
    reply: oui
    when: [vu]
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
    noted = written(tree_of(text))
    old, new = (yaml.load(each, Loader=yaml.BaseLoader) for each in (noted, edited))
    assert new == old | {"label": "autre chose"}


def test_an_edit_changes_its_line_alone() -> None:
    """A word of one reply: every other line of the file is as it was, notes too."""
    form = read_form(ANSWER, ())
    r, question, end = form.steps
    replies = (replace(question.replies[0], go="r"), *question.replies[1:])
    edited = edit_answer(ANSWER, replace(form, steps=(r, replace(question, replies=replies), end)))
    assert edited == ANSWER.replace("reply: oui\n        go: menu", "reply: oui\n        go: r")


def test_what_the_form_has_no_field_for_stays() -> None:
    """A key that another version of the server wrote is not lost by an edit."""
    text = ANSWER.replace("position: 7", "position: 7\nlater: [a, b]").replace(
        "tail: fin", "tail: fin\n    x: y"
    )
    form = read_form(text, ())
    edited = edit_answer(text, replace(form, texts={**form.texts, "label": "ici"}))
    tree = yaml.load(edited, Loader=yaml.BaseLoader)
    assert (tree["later"], tree["lines"]["fin.1"]["x"], tree["label"]) == (["a", "b"], "y", "ici")


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
    """Openings, replies known beforehand and a list; what stays keeps its note."""
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
        {"note": "straight to the end", "start": "fin.1", "when": ["perdu", "égaré"]},
        {"start": "q1", "when": ["où donc"]},
    ]
    assert "known" not in tree
    things = [{"name": "la gare", "line": "r", "say": ["gare", "la gare"]}]
    assert tree["catalogue"] == {"slot": "lieu", "unknown": "fin.1", "asks": ["est-ce"], "items": things}
    assert read_form(edited, ()).ways_in.listed == replace(listed, things=(replace(gare, was="0"),))
