"""Every mistake in an answer is reported with its file, line, key and remedy, all at once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.answers import Answer, Branch, Tail
from ivr.errors import ConfigurationError
from ivr.knowledge.faq import Faq, load_faq, parse_answer

pytestmark = pytest.mark.unit

HEAD = """\
category: POSTES
question: Mon poste est-il en panne ?
label: un poste en panne
choice-word: panne
display: Voyez le guide.
"""

GOOD = (
    HEAD
    + """\
lines:
  r:
    text: Regardez le poste.
    tail: manip
    next: q
  q:
    text: Est-il allumé ?
    tail: question
    branches:
      - {reply: oui, go: menu}
      - {reply: non, go: transfer}
"""
)


def problems(text: str, links: list[str] | None = None) -> list[str]:
    return list(parse_answer(text, "panne", Faq({}), links)[1])


def answer(text: str) -> Answer:
    read, found = parse_answer(text, "panne", Faq({}))
    assert list(found) == []
    return read


def test_a_sound_answer_has_no_problem() -> None:
    """What is right is read without a complaint."""
    read = answer(GOOD)
    assert read.lines["r"].tail is Tail.HANDS
    assert read.lines["q"].branches == (Branch("yes", "menu"), Branch("no", "transfer"))


def test_branches_anywhere_come_after_the_line_s_own() -> None:
    """An answer-wide branch holds on every line and yields to the line's own."""
    read = answer(GOOD + "anywhere:\n  - {say: [aide], go: near-miss}\n")
    assert read.lines["r"].branches == (Branch("say", "near-miss", ("aide",)),)
    assert [branch.on for branch in read.lines["q"].branches] == ["yes", "no", "say"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("label: un", "labell: un", "panne.yaml:1: label: missing"),
        ("label: un", "labell: un", "panne.yaml:3: labell: unknown key; do you mean « label »?"),
        (
            "    tail: manip\n",
            "    tail: manipe\n",
            "panne.yaml:9: lines.r.tail: « manipe » is not one of: suite, manip",
        ),
        ("    next: q\n", "", "panne.yaml:8: lines.r.next: missing: « manip » announces a line that follows"),
        ("next: q", "next: qq", "panne.yaml:10: lines.r.next: no line « qq » in this answer; lines: r, q"),
        ("next: q", "next: r", "panne.yaml:11: lines.q: never reached"),
        ("go: menu", "go: nulle-part", "panne.yaml:15: lines.q.branches[1].go: no line « nulle-part »"),
        ("go: menu", "go: intent:x", "panne.yaml:15: lines.q.branches[1].go: no answer « x » in the FAQ"),
        ("go: menu", "go: push:x", "no answer « x » in the FAQ"),
        ("go: menu", "go: link:x", "add « x » to this answer's « links »"),
        (
            "reply: non",
            "reply: no",
            "panne.yaml:16: lines.q.branches[2].reply: « no » is not one of: oui, non, inconnu",
        ),
        (
            "      - {reply: non, go: transfer}\n",
            "",
            "lines.q.branches: say where both « oui » and « non » lead",
        ),
        ("reply: non", "given: [x], reply: non", "say where both « oui » and « non » lead"),
        ("reply: non, ", "", "needs either « reply » (oui, non, inconnu) or « say »"),
        ("reply: non, ", "reply: non, say: [nan], ", "needs either « reply » (oui, non, inconnu) or « say »"),
        ("tail: question", "tail: fin", "lines.q.text: asks a question, so its tail must be « question »"),
        ("allumé ?", "allumé.", "lines.q.tail: « question » needs a text that ends with its question"),
        ("  r:\n", "  R:\n", "lines.R: a line's name has small letters"),
        ("  r:\n", "  R:\n", "panne.yaml:1: start: no line « r » in this answer"),
        ("tail: manip", "tail: lien", "lines.r.next: never played after « lien »"),
        ("tail: manip", "tail: lien", "lines.r.link: missing: name the document"),
        ("poste.", "poste 12.", "panne.yaml:8: lines.r.text: spell the figure « 1 » in words"),
        ("poste.", "{poste}.", "lines.r.text: unknown slot {poste}"),
        ("poste.", "{fonction}.", "lines.r.text: nothing fills {fonction} here"),
        ("le guide", "[le guide](#)", "panne.yaml:5: display: (#): write (lien:KEY)"),
        ("le guide", "[le guide](lien:guide)", "display: add « guide » to this answer's « links »"),
        ("le guide", "[le guide](intent:x)", "display: no answer « x » in the FAQ"),
        ("lines:\n", "follow-ups: [x]\nlines:\n", "panne.yaml:6: follow-ups: no answer « x » in the FAQ"),
        ("lines:\n", "resume: x\nlines:\n", "panne.yaml:6: resume: no line « x » in this answer"),
        ("lines:\n", "position: x\nlines:\n", "panne.yaml:6: position: must be a whole number, not « x »"),
        ("lines:\n", "password-guard: oui\nlines:\n", "password-guard: « oui » is not one of: false, true"),
        ("lines:\n", "links: un\nlines:\n", "links: must be a list of texts"),
        ("lines:\n", "openings: [un]\nlines:\n", "panne.yaml:6: openings[1]: must be a table"),
        ("lines:\n", "openings: [{start: x}]\nlines:\n", "openings[1].when: missing: list the phrases"),
        (
            "lines:\n",
            "openings: [{start: q, when: [a], path: [r]}]\nlines:\n",
            "must begin with the line of « start »",
        ),
        (
            "lines:\n",
            "known: [{line: r, reply: oui, when: [a]}]\nlines:\n",
            "« r » asks nothing: only questions",
        ),
        (
            "lines:\n",
            "label: deux\nlines:\n",
            "panne.yaml:6: label: written twice (first on line 3): remove one",
        ),
        ("lines:\n", "autres:\n", "panne.yaml:1: lines: missing: write at least the first answer, « r »"),
    ],
)
def test_mistakes_are_named(old: str, new: str, complaint: str) -> None:
    """Each kind of mistake is reported at its place with what to do."""
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert any(complaint in problem for problem in found), found


def test_unregistered_documents_are_refused() -> None:
    """A document must be in links.yaml."""
    text = GOOD.replace("lines:", "links: [guide]\nlines:")
    assert problems(text, links=["guide"]) == []
    assert problems(text, links=[]) == ["panne.yaml:6: links: no document « guide » in links.yaml"]


def test_the_resume_line_needs_no_next() -> None:
    """After it comes whatever followed the line that pushed."""
    text = GOOD.replace(
        "lines:\n", "resume: s\nlines:\n  s:\n    text: Revenons au poste.\n    tail: suite\n"
    )
    assert problems(text) == []


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_all_files_are_reported_together(tmp_path: Path) -> None:
    """One start shows every mistake of every file, in the order of the files."""
    write(tmp_path, "b.yaml", GOOD.replace("label: un", "labell: un"))
    write(tmp_path, "a.yaml", GOOD.replace("go: menu", "go: nulle-part"))
    with pytest.raises(ConfigurationError) as error:
        load_faq(tmp_path)
    files = [line.split(":")[0] for line in str(error.value).splitlines()]
    assert files == [str(tmp_path / "a.yaml"), *[str(tmp_path / "b.yaml")] * 3]
    assert "choice-word: « panne » already stands for a: choose another" in str(error.value)


def test_answers_are_ordered_by_position_then_name(tmp_path: Path) -> None:
    """An answer without a position comes last."""
    for name, position in (("a", ""), ("b", "position: 2\n"), ("c", "position: 1\n"), ("d", "position: 1\n")):
        write(tmp_path, f"{name}.yaml", position + GOOD.replace("panne\ndisplay", f"{name}\ndisplay"))
    assert load_faq(tmp_path).intents == ("c", "d", "b", "a")


def test_an_empty_folder_is_no_faq(tmp_path: Path) -> None:
    """A wrong path is named, not taken for an empty FAQ."""
    with pytest.raises(ConfigurationError, match="no answers here"):
        load_faq(tmp_path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "category: missing"),
        ("- un\n", "panne.yaml:1: must be a table"),
        ("a: [\n", "panne.yaml:2: not valid YAML here"),
        ("a: b: c\n", "panne.yaml:1: not valid YAML here"),
        ("\x00", "not valid YAML"),
        ("lines: un\n", "panne.yaml:1: lines: must be a table"),
        ("lines: {r: un}\n", "panne.yaml:1: lines.r: must be a table"),
        ("display: [un]\n", "display: must be a text, not a list or a table"),
    ],
)
def test_broken_files_are_named(text: str, complaint: str) -> None:
    """What is no YAML, or not the shape that was asked for, is reported like any other mistake."""
    found = problems(text)
    assert any(complaint in problem for problem in found), found


@pytest.mark.parametrize("opener", ["[", "- ", "? ", "{a: ", "x"])
def test_a_file_that_nests_without_end_is_refused(opener: str) -> None:
    """What would exhaust the parser's stack is refused before it is parsed."""
    assert "panne.yaml:1: too large for one file: split it" in problems(opener * 10**6)


LINES = GOOD.splitlines(keepends=True)


@given(st.data())
def test_damage_is_reported_and_never_raised(data: st.DataObject) -> None:
    """Lines lost, doubled, or filled with anything at all never crash the reader."""
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        spot = data.draw(st.integers(0, len(lines) - 1))
        junk = data.draw(st.one_of(st.just(""), st.sampled_from(LINES), st.text(max_size=20)))
        lines[spot] = junk
    for problem in problems("".join(lines)):
        assert problem.startswith("panne.yaml:")
