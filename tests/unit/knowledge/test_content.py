"""The content shipped in prompts/ keeps the promises of the conversation design."""

import pytest

from ivr.dialogue.answers import Tail
from ivr.knowledge.published import Content, load_content
from ivr.knowledge.wording import flaws
from tests.shipped import INTENTS, PROMPTS, ROOT

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(PROMPTS)


def test_every_question_is_answered_in_the_order_of_the_faq(content: Content) -> None:
    """The 23 questions are there, in order, in five categories."""
    assert tuple(content.faq.intents) == INTENTS
    assert [len(answers) for answers in content.faq.categories.values()] == [4, 7, 5, 4, 3]


def test_every_line_of_the_design_is_there(content: Content) -> None:
    """The 206 lines of the conversation design can be heard, and each answer has its first line."""
    designed = (ROOT / "tests" / "data" / "spoken-lines.txt").read_text(encoding="utf-8").split()
    assert len(designed) == len(set(designed)) == 206
    assert set(designed) <= content.spoken().keys()
    assert all("r" in answer.lines for answer in content.faq.answers.values())


def test_every_line_can_be_spoken(content: Content) -> None:
    """No line is too long, asks twice, or holds what a voice cannot read."""
    assert {prompt: list(flaws(text)) for prompt, text in content.spoken().items() if list(flaws(text))} == {}


@pytest.mark.parametrize("word", ["cliquez", "téléchargez", "ci-dessous", "NRJ", "désolé", "désolée", "http"])
def test_no_line_speaks_like_a_web_page(content: Content, word: str) -> None:
    """Words of the written page, internal names and gendered apologies are never spoken."""
    assert [prompt for prompt, text in content.spoken().items() if word.lower() in text.lower()] == []


def test_four_answers_always_offer_an_agent(content: Content) -> None:
    """Exactly the answers whose FAQ text sends to the support offer an agent with the first answer."""
    always = {answer.intent for answer in content.faq.answers.values() if answer.transfer == "always"}
    assert always == {
        "ajouter-modifier-sites-utilisateurs", "demenagement-site", "perte-compte-administrateur",
        "acces-espace-client",
    }  # fmt: skip
    for intent in always:
        answer = content.faq[intent]
        first = answer.lines["r"]
        first = answer.lines[first.next] if first.tail is Tail.CHAIN and first.next else first
        assert first.tail is Tail.TRANSFER


def test_the_password_guard_stands_before_the_three_access_answers(content: Content) -> None:
    """Callers are warned not to say a password exactly where they might."""
    guarded = {answer.intent for answer in content.faq.answers.values() if answer.password_guard}
    assert guarded == {"perte-compte-administrateur", "mot-de-passe-collaborateur", "acces-espace-client"}


def test_the_hub_pushes_the_four_checks_from_anywhere(content: Content) -> None:
    """« réseau », « firmware », « adresse MAC », « ping » open their answers from every line of the hub."""
    hub = content.faq["poste-ne-s-enregistre-pas"]
    pushes = {
        "push:verifier-poste-reseau-local",
        "push:version-firmware",
        "push:adresse-mac",
        "push:test-ping",
    }
    for line in hub.lines.values():
        assert pushes <= {branch.go for branch in line.branches}, line.name
    assert hub.resume == "reprise"


def replies(content: Content, intent: str, line: str) -> dict[str, str]:
    """Where yes, no and « je ne sais pas » lead, branches with a condition left out."""
    branches = content.faq[intent].lines[line].branches
    return {
        branch.on: branch.go
        for branch in branches
        if branch.on not in ("say", "content") and not branch.given
    }


@pytest.mark.parametrize(
    ("intent", "line", "leads"),
    [
        ("poste-ip-ne-fonctionne-pas", "e2", {"yes": "e6", "no": "e3", "unknown": "e3"}),
        ("poste-ne-s-enregistre-pas", "e1", {"yes": "ip-ok", "no": "e2", "unknown": "ip-ou"}),
        ("poste-ne-s-enregistre-pas", "ip-ok", {"yes": "e2", "no": "fini"}),
        ("version-firmware", "e3", {"yes": "e5", "no": "e4", "unknown": "autre-offre"}),
        ("depart-collaborateur", "q1", {"yes": "sommeil.1", "no": "q2", "unknown": "ne-sait-pas"}),
        ("depart-collaborateur", "q2", {"yes": "sommeil.1", "no": "resilier", "unknown": "ne-sait-pas"}),
        (
            "mot-de-passe-collaborateur",
            "sans-admin",
            {"yes": "intent:perte-compte-administrateur", "no": "menu"},
        ),
    ],
)
def test_replies_lead_where_the_design_says(
    content: Content, intent: str, line: str, leads: dict[str, str]
) -> None:
    """Every decision table of the design is encoded."""
    assert replies(content, intent, line) == leads


def test_every_declined_offer_of_an_agent_returns_to_the_menu(content: Content) -> None:
    """« non » to « Voulez-vous parler à un conseiller ? » asks for another question."""
    for answer in content.faq.answers.values():
        for line in answer.lines.values():
            if "conseiller ?" in line.text:
                assert replies(content, answer.intent, line.name) == {"yes": "transfer", "no": "menu"}


def test_links_are_sent_only_when_the_faq_gives_their_address(content: Content) -> None:
    """« # » is no address."""
    assert content.addressed() == {"assistance", "prerequis"}


def test_choices_name_intents_by_different_words(content: Content) -> None:
    """The answer words of a closed question never contain each other."""
    for question in content.choices.questions.values():
        words = [choice.word for choice in question.choices]
        assert len({word.casefold() for word in words}) == len(words), question.prompt
