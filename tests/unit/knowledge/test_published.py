"""One edition of the knowledge answers every look-up of the dialogue, and is replaced whole or not at all."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr.config import LinkSettings
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.ports import Context, Knowledge
from ivr.dialogue.understanding import Outcome, Understanding
from ivr.errors import ConfigurationError
from ivr.knowledge.published import Content, PublishedKnowledge, Publisher, load_content
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit


class EchoMatcher:
    """Understands nothing but repeats the best hypothesis."""

    def understand(
        self, hypotheses: Sequence[Hypothesis], closed: Hypothesis | None, context: Context
    ) -> Understanding:
        return Understanding(text=hypotheses[0].text, outcome=Outcome.REJECT)


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(PROMPTS)


@pytest.fixture(scope="module")
def knowledge(content: Content) -> Knowledge:
    return PublishedKnowledge(content, EchoMatcher())


def test_understanding_is_the_matcher_s(knowledge: Knowledge) -> None:
    """What was heard goes to the matcher as it is."""
    heard = knowledge.understand([Hypothesis("bonjour")], None, Context())
    assert (heard.text, heard.outcome) == ("bonjour", Outcome.REJECT)


def test_answers_are_found_by_intent(knowledge: Knowledge) -> None:
    """Every intent has its answer; another name is an error."""
    assert [knowledge.answer(intent).intent for intent in knowledge.intents()] == list(knowledge.intents())
    with pytest.raises(KeyError):
        knowledge.answer("facture")


def test_lines_are_filled(knowledge: Knowledge) -> None:
    """A shared prompt comes with its id and its slots filled."""
    line = knowledge.line("conf.1", label="le test ping du poste")
    assert line.prompt == "conf.1"
    assert line.text == "Votre question porte sur le test ping du poste. C'est bien ça ?"


def test_a_line_that_does_not_exist_says_where_it_was_sought(knowledge: Knowledge) -> None:
    """An unknown prompt and a missing value are errors with a clear message."""
    with pytest.raises(KeyError, match=r"no prompt « nm\.9 » in prompts/lines/"):
        knowledge.line("nm.9")
    with pytest.raises(KeyError, match=r"no value for the slot \{label\}"):
        knowledge.line("conf.1")


@pytest.mark.parametrize(
    ("intents", "prompt"),
    [
        (["version-firmware", "adresse-mac"], "amb.fiche"),
        (["adresse-mac", "version-firmware"], "amb.fiche"),
        (["poste-ip-ne-fonctionne-pas", "poste-ne-s-enregistre-pas"], "amb.poste.2"),
        (["poste-ne-s-allume-pas", "poste-ne-s-enregistre-pas"], "amb.poste"),
        (["acces-espace-client", "perte-compte-administrateur"], "amb.acces"),
        (["adresse-mac", "offre-evolutive"], None),
    ],
)
def test_disambiguation_does_not_depend_on_the_order(
    knowledge: Knowledge, intents: list[str], prompt: str | None
) -> None:
    """The written question for a set of intents is found; without one the dialogue asks its generic one."""
    found = knowledge.disambiguation(intents)
    assert (found.prompt if found else None) == prompt


def test_choices_lead_to_an_intent_or_a_further_question(knowledge: Knowledge) -> None:
    """« allumé » leads to the second question about the set."""
    question = knowledge.choice("amb.poste")
    assert [choice.go for choice in question.choices] == ["poste-ne-s-allume-pas", "amb.poste.2"]
    assert knowledge.choice("amb.poste.2").choices[0].go == "poste-ne-s-enregistre-pas"
    with pytest.raises(KeyError):
        knowledge.choice("amb.rien")


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("tarifs", "amb.tarifs"),
        ("euh, le poste", "amb.famille.poste"),
        ("les utilisateurs s'il vous plaît", "amb.famille.utilisateurs"),
        ("mot de passe", "amb.acces"),
        ("mon poste ne s'allume pas", None),
        ("", None),
    ],
)
def test_families(knowledge: Knowledge, text: str, prompt: str | None) -> None:
    """A bare subject is narrowed; a whole question is not."""
    found = knowledge.family(text)
    assert (found.prompt if found else None) == prompt


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("C'est quoi, le PoE ?", "glose.poe"),
        ("euh PoE ça veut dire quoi", "glose.poe"),
        ("c'est quoi la s d a", "glose.sda"),
        ("qu'est-ce que c'est qu'un PABX, s'il vous plaît ?", "glose.pabx"),
        ("c'est quoi un switch", "glose.inconnu"),
        ("c'est quoi la version de firmware de mon poste", None),
        ("c'est quoi l'adresse MAC", None),
        ("c'est quoi", None),
        ("PoE", None),
    ],
)
def test_glosses(knowledge: Knowledge, text: str, prompt: str | None) -> None:
    """A question about a bare term is explained; a question of the FAQ goes to the matcher."""
    line = knowledge.gloss(text)
    assert (line.prompt if line else None) == prompt


def test_documents_without_an_address_are_not_offered(knowledge: Knowledge) -> None:
    """Only a document with an address is a link."""
    link = knowledge.link("assistance")
    assert link is not None
    assert link.dictate == "lien.assistance.dicter"
    assert knowledge.link("guide-tarifs") is None
    assert knowledge.link("inconnu") is None


def test_settings_give_documents_their_address() -> None:
    """An operator's address wins, and is not dictated by the text written for another."""
    settings = {
        "guide-tarifs": LinkSettings(title="Tarifs", url="https://exemple.fr/tarifs"),
        "assistance": LinkSettings(title="Aide", url="https://exemple.fr/aide"),
    }
    content = load_content(PROMPTS, settings)
    assert content.addressed() == {"assistance", "prerequis", "guide-tarifs"}
    assert content.links["assistance"].dictate is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    without = shutil.ignore_patterns("phrasings", "synonyms.yaml")
    return Path(shutil.copytree(PROMPTS, tmp_path / "prompts", ignore=without))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_edition_serves_new_calls_only(folder: Path) -> None:
    """After a publication new calls hear the new text, while a call in progress keeps its edition."""
    publisher = Publisher(folder, {}, lambda content: EchoMatcher())
    before = publisher.current
    edit(folder / "lines" / "menu.yaml", "Je vous écoute.", "Dites-moi tout.")
    after = publisher.adopt(EchoMatcher())
    assert publisher.current is after
    assert before.line("menu.court").text == "Je vous écoute."
    assert after.line("menu.court").text == "Dites-moi tout."


def test_a_wrong_edition_is_not_published(folder: Path) -> None:
    """After a mistake the edition in use stays."""
    publisher = Publisher(folder, {}, lambda content: EchoMatcher())
    before = publisher.current
    edit(folder / "faq" / "adresse-mac.yaml", "next: e2", "next: e9")
    with pytest.raises(ConfigurationError, match="no line « e9 »"):
        publisher.adopt(EchoMatcher())
    assert publisher.current is before


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("lines/nm.yaml", "nm.2:", "nm.1:", r"nm.yaml:3: nm.1: written twice \(first on line 2\)"),
        ("lines/nm.yaml", "nm.2:", "menu.1:", r"nm.yaml:3: menu.1: already in .*menu.yaml, line 2"),
        ("lines/nm.yaml", "nm.2:", "nm.4:", "lines:1: nm.2: missing: the dialogue asks for it"),
        ("lines/conf.yaml", "{label}", "cela", r"conf.yaml:2: conf.1: keep the slot \{label\}"),
        ("lines/menu.yaml", "Je vous écoute.", "Je vous écoute, {label}.", r"nothing fills \{label\} here"),
        ("lines/nm.yaml", "nm.2:", "NM 2:", "an id has small letters"),
        ("lines/nm.yaml", "Pouvez-vous", "1 Pouvez-vous", "nm.yaml:2: nm.1: spell the figure"),
        ("disambiguation.yaml", "go: version-firmware", "go: logiciel", "neither an intent nor a question"),
        (
            "disambiguation.yaml",
            "[version-firmware, adresse-mac]",
            "[x, adresse-mac]",
            "no answer « x » in the FAQ",
        ),
        (
            "disambiguation.yaml",
            "[version-firmware, adresse-mac]",
            "[verifier-poste-reseau-local, test-ping]",
            "amb.reseau already tells these apart",
        ),
        ("disambiguation.yaml", "  amb.fiche:", "  amb.inconnue:", "no text for « amb.inconnue » in lines/"),
        ("disambiguation.yaml", "ask: amb.acces", "ask: amb.rien", "no question « amb.rien » in this file"),
        ("glosses.yaml", "line: glose.poe", "line: glose.rien", "no text for « glose.rien » in lines/"),
        ("glosses.yaml", "[ping, pin,", "[PoE, pin,", "« PoE » is already explained by glose.poe"),
        (
            "links.yaml",
            "url: https://www.b",
            "url: http://www.b",
            r"links.yaml:\d+: assistance.url: must begin with https",
        ),
        ("links.yaml", "dictate: lien.assistance.dicter", "dictate: lien.rien", "no text for « lien.rien »"),
        ("links.yaml", "guide-tarifs:", "tarifs:", "no document « guide-tarifs » in links.yaml"),
    ],
)
def test_mistakes_are_named(folder: Path, file: str, old: str, new: str, complaint: str) -> None:
    """Each shared file is checked against the others."""
    edit(folder / file, old, new)
    with pytest.raises(ConfigurationError, match=complaint):
        load_content(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Nothing there: every missing part is named in one go."""
    with pytest.raises(ConfigurationError) as error:
        load_content(tmp_path)
    assert {"lines", "faq", "links.yaml"} <= {
        Path(line.split(":")[0]).name for line in str(error.value).splitlines()
    }
