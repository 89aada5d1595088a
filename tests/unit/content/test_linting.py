"""What will sound wrong."""

import pytest

from ivr.content.linting import accents_of, lint
from ivr.french.spoken import Entry, Lexicon
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.published import load_content
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

ACCENTS = accents_of(
    ["Le réseau est là. Où est l'étiquette ? Ou bien le numéro. Il a été déplacé à côté. Cote."]
)


def remarks(text: str) -> list[str]:
    """All remarks about *text*."""
    return list(lint(text, Lexicon([Entry("poe", "P O E")]), ACCENTS, 150))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Allez sur www.exemple.fr pour voir.", "une adresse"),
        ("Écrivez à aide@exemple.fr.", "une adresse"),
        ("Menu → réglages.", "une flèche"),
        ("Menu > réglages.", "une flèche"),
        ("Cliquez sur le bouton.", "pas de page"),
        ("Le port du CRM.", "« CRM » n'est pas dans le lexique"),
        ("Le reseau est coupé.", "« réseau »"),
        ("Sur l'etiquette.", "« étiquette »"),
        (" ".join(["mot"] * 30) + ".", "12 secondes"),
    ],
)
def test_each_trap_is_named(text: str, told: str) -> None:
    """The remark says what and what to do."""
    assert any(told in remark for remark in remarks(text)), remarks(text)


@pytest.mark.parametrize(
    "text",
    ["Le PoE alimente le poste.", "Il est là, ou pas.", "La cote est bonne.", "Une phrase. Deux phrases."],
)
def test_good_text_is_left_alone(text: str) -> None:
    """Known acronyms, and words that exist without an accent too."""
    assert remarks(text) == []


def test_what_is_published_sounds_right() -> None:
    """The FAQ itself gets no remark about addresses, arrows or accents."""
    content, lexicon = load_content(PROMPTS), load_lexicon(PROMPTS / "lexicon.yaml")
    accents = accents_of(content.spoken().values())
    found = {p: list(lint(t, lexicon, accents, 150)) for p, t in content.spoken().items()}
    assert {
        p: r for p, r in found.items() if any("adresse ne" in x or "flèche" in x or "vouliez" in x for x in r)
    } == {}
