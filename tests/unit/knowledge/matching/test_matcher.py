"""The matcher on two dozen phrasings: what it promises whatever the FAQ."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import Command, Outcome, Reject, Understanding
from ivr.knowledge.matching import Concepts, Matcher, Phrasings, Several

pytestmark = pytest.mark.unit

PHRASINGS = Phrasings(
    intents={
        "panne": (
            "mon poste ne s'allume pas", "le téléphone reste éteint", "l'écran du poste est noir",
            "mon téléphone ne démarre plus", "aucun voyant sur le poste",
        ),
        "tarifs": (
            "quels sont les tarifs vers l'étranger", "combien coûte un appel au Maroc", "tarif international",
            "le prix des appels à l'étranger", "combien ça coûte d'appeler l'Espagne",
        ),
        "mac": (
            "où trouver l'adresse MAC", "je cherche l'adresse MAC du poste", "l'adresse MAC de mon téléphone",
            "comment connaître la MAC", "adresse MAC",
        ),
    },
    commands={
        Command.AGENT: ("un conseiller", "parler à quelqu'un", "passez-moi un agent", "un humain"),
        Command.YES: ("oui", "oui c'est ça", "ouais", "exactement"),
        Command.NO: ("non", "pas du tout", "non merci", "non non"),
    },
    rejects={
        Reject.OUT_OF_SCOPE: (
            "je voudrais une pizza", "quelle heure est-il", "quel temps fait-il demain",
            "un rendez-vous chez le docteur", "réserver une table au restaurant", "mon train part quand",
        ),
    },
)  # fmt: skip
MATCHER = Matcher.build(
    PHRASINGS, Concepts.of({"prix": ["tarif", "prix", "coûte"], "mort": ["éteint", "noir"]})
)


def understand(text: str) -> Understanding:
    return MATCHER.understand([Hypothesis(text)])


def best(text: str) -> str | None:
    understood = understand(text)
    return understood.intents[0].intent if understood.intents else understood.command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon poste s'allume plus", "panne"),
        ("mon post sa lume pas", "panne"),
        ("combien coûte l'appel vers l'Espagne", "tarifs"),
        ("où est la dresse mac", "mac"),
        ("je voudrais parler à un conseiller", "agent"),
        ("ouais c'est ça", "yes"),
    ],
)
def test_understands(text: str, expected: str) -> None:
    """Near phrasings, garbled or not, find their meaning."""
    assert best(text) == expected


@pytest.mark.parametrize("text", ["", "  ", "euh", "…", "\x00", "s'il vous plaît"])
def test_nothing_said_is_noise(text: str) -> None:
    """No word, no match; and it is not the caller's mistake."""
    assert understand(text).reject is Reject.NOISE


def test_no_hypothesis_is_noise() -> None:
    """A cough has no reading at all."""
    assert MATCHER.understand([]).reject is Reject.NOISE


def test_a_megabyte_is_rejected_at_once() -> None:
    """Nobody says that in one breath."""
    assert understand("poste " * 200_000).reject is Reject.NO_MATCH


@pytest.mark.parametrize("line", [line for lines in PHRASINGS.intents.values() for line in lines])
@pytest.mark.parametrize(
    "dress",
    [str.upper, "Bonjour, {} s'il vous plaît.".format, "euh… {} ?".format, "{}  ".format],
    ids=["capitals", "politeness", "hesitation", "spaces"],
)
def test_manner_does_not_change_meaning(line: str, dress: Callable[[str], str]) -> None:
    """Case, politeness, hesitation and spacing leave the decision as it was."""
    plain, dressed = understand(line), understand(dress(line))
    assert dressed.outcome is plain.outcome
    assert [c.intent for c in dressed.intents] == [c.intent for c in plain.intents]


@given(st.text(max_size=300))
def test_any_text_gets_a_decision(text: str) -> None:
    """Never raises; what it returns is consistent."""
    understood = understand(text)
    assert understood.text == text
    assert (understood.command is not None) == (understood.outcome is Outcome.COMMAND)
    assert (understood.reject is not None) == (understood.outcome is Outcome.REJECT)
    assert all(0 <= c.score <= 1 for c in understood.intents)


def test_a_line_that_two_answers_fit_is_a_choice() -> None:
    """Neither answer wins where the caller may mean either."""
    torn = replace(
        PHRASINGS, torn=tuple(Several(text, ("panne", "mac")) for text in ("une aide", "un souci"))
    )
    understood = Matcher.build(torn).understand([Hypothesis("un souci")])
    assert understood.outcome is Outcome.CHOOSE
    assert {candidate.intent for candidate in understood.intents[:2]} == {"panne", "mac"}


def test_other_readings_help() -> None:
    """A second hypothesis can tip the balance when the first is hopeless."""
    readings = [Hypothesis("xyz", 0.5), Hypothesis("l'adresse MAC du poste", 0.5)]
    assert MATCHER.understand(readings).intents[0].intent == "mac"
