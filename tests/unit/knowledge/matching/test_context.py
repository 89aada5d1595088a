"""The conversation so far helps to understand what comes next."""

import pytest

from ivr.dialogue.events import Hypothesis, Word
from ivr.dialogue.ports import Context
from ivr.dialogue.understanding import Command, Guard, Outcome, Reject, Understanding
from ivr.knowledge.matching import Matcher, Phrasings
from ivr.knowledge.matching.context import beyond_agreement, correction

pytestmark = pytest.mark.unit

PHRASINGS = Phrasings(
    intents={
        "limiter": (
            "bloquer les appels à l'étranger",
            "interdire l'international",
            "limiter les numéros surtaxés",
            "bloquer les numéros spéciaux",
            "limiter les appels internationaux",
        ),
        "admin": (
            "j'ai perdu le mot de passe administrateur",
            "je n'ai plus accès au compte administrateur",
            "mes identifiants administrateur ne marchent plus",
            "retrouver l'accès administrateur",
        ),
        "client": (
            "je n'ai pas accès à l'espace client",
            "mon espace client est bloqué",
            "le mot de passe de l'espace client",
            "accès espace client",
        ),
        "mac": ("où est l'adresse MAC", "adresse MAC du poste", "je cherche la MAC", "trouver l'adresse MAC"),
    },
    commands={
        Command.YES: ("oui", "oui c'est ça", "ouais", "exactement"),
        Command.NO: ("non", "pas du tout", "non merci", "non c'est pas ça"),
    },
    rejects={Reject.OUT_OF_SCOPE: ("une pizza", "quelle heure est-il", "la météo", "un taxi", "mon chat")},
    emergency=(
        "il y a le feu",
        "au secours on ne respire plus",
        "appelez les pompiers",
        "une ambulance vite",
    ),
    false_alarms=("c'est urgent", "c'est urgent mon poste est bloqué", "le voyant est rouge feu"),
    no_recording=("sans enregistrement", "je refuse l'enregistrement", "n'enregistrez pas cet appel"),
    replies={
        "first": ("le premier", "la première"),
        "second": ("le deuxième", "la seconde"),
        "third": ("le dernier",),
        "both": ("les deux",),
        "neither": ("aucun des deux", "ni l'un ni l'autre"),
    },
)
MATCHER = Matcher.build(PHRASINGS, follow_ups={"limiter": ("admin",)})
OFFERED = Context(candidates=("admin", "client"), expecting_reply=True)


def understand(text: str, context: Context | None = None) -> Understanding:
    return MATCHER.understand([Hypothesis(text)], None, context or Context())


def intents(understood: Understanding) -> list[str]:
    return [candidate.intent for candidate in understood.intents]


def score(text: str, intent: str, context: Context) -> float:
    return {c.intent: c.score for c in understand(text, context).intents}.get(intent, 0.0)


@pytest.mark.parametrize(
    ("text", "outcome", "chosen"),
    [
        ("le premier", Outcome.ANSWER, ["admin"]),
        ("euh, la seconde", Outcome.ANSWER, ["client"]),
        ("les deux", Outcome.ANSWER, ["admin", "client"]),
        ("le dernier", Outcome.REJECT, []),
    ],
)
def test_a_choice_is_read(text: str, outcome: Outcome, chosen: list[str]) -> None:
    """Ordinals mean the intents offered; one that was not offered means nothing."""
    understood = understand(text, OFFERED)
    assert (understood.outcome, intents(understood)) == (outcome, chosen)


def test_neither_is_no() -> None:
    """« Aucun des deux » declines."""
    assert understand("aucun des deux", OFFERED).command is Command.NO


def test_ordinals_mean_nothing_without_a_choice() -> None:
    """« Le premier » out of the blue is not an answer."""
    assert understand("le premier").outcome is not Outcome.ANSWER


def test_candidates_are_favoured() -> None:
    """After « administrateur ou espace client ? » a vague reply leans to what was offered."""
    assert score("le mot de passe", "client", Context(candidates=("client",))) > score(
        "le mot de passe", "client", Context()
    )


def test_a_vague_follow_up_leans_to_what_usually_follows() -> None:
    """« Et si je n'y ai pas accès ? » after a limit concerns the administrator's access."""
    vague = "et si j'ai oublié le mot de passe"
    assert score(vague, "admin", Context(intent="limiter")) > score(vague, "admin", Context())
    assert intents(understand(vague, Context(intent="limiter")))[0] == "admin"


def test_a_new_question_wins_over_the_context() -> None:
    """« Et pour la MAC ? » leaves the answer in progress."""
    assert intents(understand("et pour l'adresse MAC", Context(intent="limiter")))[0] == "mac"


@pytest.mark.parametrize("text", ["il y a le feu", "il y a le feu au bureau", "appelez les pompiers vite"])
def test_danger_comes_first(text: str) -> None:
    """An emergency is noticed whatever is pending."""
    assert understand(text, OFFERED).guard is Guard.EMERGENCY


@pytest.mark.parametrize("text", ["c'est urgent", "c'est urgent l'accès administrateur ne marche plus"])
def test_urgent_is_no_danger(text: str) -> None:
    """« C'est urgent » is no emergency."""
    assert understand(text).guard is None


def test_an_objection_to_recording() -> None:
    """« Sans enregistrement » is noticed."""
    assert understand("sans enregistrement").guard is Guard.NO_RECORDING


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Non, c'est pour l'adresse MAC.", "l adresse mac"),
        ("non non je parle de l'espace client", "l espace client"),
        ("non", None),
        ("non merci", None),
        ("oui", None),
        ("c'est pour l'adresse MAC", None),
    ],
)
def test_corrections(text: str, rest: str | None) -> None:
    """« Non, c'est… » corrects; « non » alone does not."""
    assert correction(text) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("ouais, la suite", "la suite"),
        ("oui mais parlez plus fort", "parlez plus fort"),
        ("non mais alors passez-moi quelqu'un", "passez moi quelqu un"),
        ("oui oui", None),
        ("la suite", None),
    ],
)
def test_what_follows_an_agreement(text: str, rest: str | None) -> None:
    """« Ouais, … » hides nothing."""
    assert beyond_agreement(text) == rest


def test_a_correction_is_understood() -> None:
    """What follows « non » is the question."""
    pending = Context(candidates=("client",), expecting_reply=True)
    understood = understand("non, c'est pour l'adresse MAC du poste", pending)
    assert understood.corrects
    assert intents(understood) == ["mac"]


def test_doubtful_words_weigh_less() -> None:
    """A word the recogniser was unsure of does not decide alone."""
    heard = "la MAC étranger"
    words = tuple(Word(w, 0, 1, c) for w, c in zip(heard.split(), (0.9, 0.9, 0.1), strict=True))
    doubted = MATCHER.understand([Hypothesis(heard, 0.9, words)])
    sure = MATCHER.understand([Hypothesis(heard, 0.9)])
    assert doubted.intents[0].intent == "mac"
    assert doubted.intents[0].score > sure.intents[0].score


def test_the_closed_grammar_is_a_second_opinion() -> None:
    """What the grammar heard counts for a short utterance, and not against a sentence."""
    assert MATCHER.understand([Hypothesis("ouate", 0.3)], Hypothesis("oui", 0.9)).command is Command.YES
    long = Hypothesis("je voudrais trouver l'adresse MAC du poste", 0.8)
    assert intents(MATCHER.understand([long], Hypothesis("oui", 0.9))) == ["mac"]


def test_two_questions() -> None:
    """Two questions in one breath are both answered, in the order of mention."""
    understood = understand("où est l'adresse MAC et aussi je n'ai pas accès à l'espace client")
    assert understood.outcome is Outcome.ANSWER
    assert intents(understood) == ["mac", "client"]
