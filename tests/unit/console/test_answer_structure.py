"""The buttons of a question's page: after any of them, every step is still reached."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.console.forms.answer_form import AnswerForm, Reply, Step, read_form
from ivr.console.forms.answer_structure import after, before, restructured
from ivr.console.forms.answer_tree import edit_answer
from ivr.console.forms.entry_points_form import Known, Listed, Opening, Thing, WaysIn
from ivr.dialogue.answers import Tail
from ivr.knowledge.document import Problems
from ivr.knowledge.faq import parse_answer, read_faq
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

FAQ = read_faq(PROMPTS / "faq", Problems())
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in (PROMPTS / "faq").glob("*.yaml")}


def form(*steps: Step, start: str = "r") -> AnswerForm:
    """A form with these *steps*."""
    return AnswerForm({}, (), (), False, "", start, "", steps, ())


def said(given: AnswerForm) -> list[str]:
    """The steps in the order in which a caller who only says « suite » hears them."""
    name, heard = given.start, list[str]()
    while name and name not in heard:
        heard.append(name)
        step = given.step(name)
        name = step.next if step else ""
    return heard


THREE = form(
    Step("r", "Un.", Tail.NEXT, "e1"),
    Step("e1", "Deux.", Tail.HANDS, "e2"),
    Step("e2", "Trois.", Tail.LINK, link="guide", without_link="menu"),
)


def test_a_new_step_is_said_after_the_one_it_was_asked_for() -> None:
    """In the middle and at the end, where it takes over what was offered there."""
    middle, end = restructured(THREE, "add r"), restructured(THREE, "add e2")
    assert (said(middle.form), middle.focus) == (["r", "e3", "e1", "e2"], "e3")
    assert said(end.form) == ["r", "e1", "e2", "e3"]
    assert end.form.steps[3] == Step("e3", "", Tail.LINK, link="guide", without_link="menu")
    assert end.form.steps[2] == Step("e2", "Trois.", Tail.NEXT, "e3")


def test_a_removed_step_is_bridged() -> None:
    """The step before leads on; the last but one ends as the last did; the first gives way to the second."""
    assert said(restructured(THREE, "remove e1").form) == ["r", "e2"]
    assert said(restructured(THREE, "remove r").form) == ["e1", "e2"]
    end = restructured(THREE, "remove e2").form.steps[-1]
    assert (end.tail, end.link, end.next) == (Tail.LINK, "guide", "")


def test_a_step_said_earlier_changes_places() -> None:
    """Whoever led to the one leads to the other; an end stays at the end."""
    last = restructured(THREE, "rise e2").form
    assert said(last) == [step.name for step in last.steps] == ["r", "e2", "e1"]
    assert [step.tail for step in last.steps] == [Tail.NEXT, Tail.HANDS, Tail.LINK]
    first = restructured(THREE, "rise e1").form
    assert (said(first), first.start) == (["e1", "r", "e2"], "e1")
    assert restructured(last, "fall e2").form.steps == THREE.steps


def test_what_led_only_into_a_removed_step_goes_with_it() -> None:
    """Other beginnings and known replies; a list asks for another step."""
    listed = Listed(unknown="e1", things=(Thing("la gare", "e1", "gare"), Thing("le quai", "r", "quai")))
    ways = WaysIn(
        (Opening("e1", "un"), Opening("r", "deux", ("e1", "e2"))), (Known("e1", "oui", "vu"),), listed
    )
    left = restructured(replace(THREE, ways_in=ways), "remove e1").form.ways_in
    assert left.openings == (Opening("r", "deux", ("e2",)),)
    assert left.known == ()
    assert left.listed is not None
    assert (left.listed.unknown, [each.line for each in left.listed.things]) == ("", ["", "r"])


def test_rows_of_ways_in_come_move_and_go() -> None:
    """A list is there while it holds a thing; an unknown row changes nothing."""
    one = restructured(THREE, "enter opening")
    assert (one.form.ways_in.openings, one.focus) == ((Opening(),), "opening")
    two = replace(THREE, ways_in=WaysIn(known=(Known("a"), Known("b"))))
    assert restructured(two, "sooner known 1").form.ways_in.known == (Known("b"), Known("a"))
    assert restructured(two, "sooner known 0").form == two
    assert restructured(two, "leave known 7").form == two
    assert restructured(two, "leave known 0").form.ways_in.known == (Known("b"),)
    listed = restructured(THREE, "enter thing").form
    assert listed.ways_in.listed is not None
    assert restructured(listed, "leave thing 0").form == THREE
    assert restructured(THREE, "enter nothing").form == THREE


def test_a_step_apart_is_led_to_by_nothing_yet() -> None:
    """It is the last of the form."""
    apart = restructured(THREE, "apart")
    assert (said(apart.form), apart.form.steps[-1], apart.focus) == (said(THREE), Step("e3"), "e3")


def test_replies_that_led_to_a_step_follow_it() -> None:
    """A question's « oui » reaches the new first of the two."""
    asks = Step("r", "Quoi ?", Tail.QUESTION, replies=(Reply("oui", "e1"), Reply("non", "menu")))
    given = form(asks, Step("e1", "Un.", Tail.NEXT, "e2"), Step("e2", "Deux."))
    assert restructured(given, "rise e2").form.steps[0].replies[0].go == "e2"
    assert restructured(given, "remove e1").form.steps[0].replies[0].go == "e2"
    assert restructured(given, "rise e1").form == given


def test_replies_come_and_go() -> None:
    """On a step, and on all of them."""
    more = restructured(THREE, "reply e1").form
    assert more.steps[1].replies == (Reply(),)
    assert restructured(more, "unreply e1 0").form == THREE
    assert restructured(THREE, "reply *").form.anywhere == (Reply(),)


def moves(given: AnswerForm) -> Iterator[str]:
    """Every button that moves a step of *given*."""
    for step in given.steps:
        if before(given, step.name):
            yield f"rise {step.name}"
        if after(given, step.name):
            yield f"fall {step.name}"


@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_whatever_is_moved_the_shipped_answers_stay_sound(intent: str, data: st.DataObject) -> None:
    """The loader accepts every answer after any three moves."""
    text = TEXTS[intent]
    edited = read_form(text, ())
    for _ in range(3):
        if offered := list(moves(edited)):
            edited = restructured(edited, data.draw(st.sampled_from(offered))).form
    _, problems = parse_answer(edit_answer(text, edited), intent, FAQ)
    assert list(problems) == []


@pytest.mark.parametrize("command", ["", "add", "add nothing", "rise r", "unreply r 9", "remove", "drop r"])
def test_an_unknown_button_changes_nothing(command: str) -> None:
    """A made-up request is no harm."""
    assert restructured(THREE, command).form == THREE


def test_the_only_step_stays() -> None:
    """An answer says something."""
    only = form(Step("r", "Un."))
    assert restructured(only, "remove r").form == only
