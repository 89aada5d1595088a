"""Normalisation for speaking, on every written form known to be read wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.spoken import Entry, Lexicon, pieces, spoken

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Poly® VVX", "Poly V V X"),
        ("switch PoE (Power over Ethernet)", "switch P O E, Power over Ethernet"),
        ("les protocoles TLS et SRTP", "les protocoles T L S et S R T P"),
        ("l'adresse MAC", "l'adresse Mac"),
        ("vos SDA", "vos S D A"),
        ("portail UCEP", "portail U C E P"),
        ("le SVI", "le S V I"),
        ("en OTT", "en O T T"),
        ("équipements de télécoms (PABX)", "équipements de télécoms, P A B X"),
        ("paramètres TCP/IP", "paramètres T C P, I P"),
        ("un poste IP", "un poste I P"),
        ("la VoIP", "la voix sur I P"),
        ("trunk SIP", "trunk sip"),
        ("la FAQ", "la F A Q"),
        ("test OK, test KO", "test O K, test K O"),
        ("le MPLS", "le M P L S"),
        ("ATTENTION", "ATTENTION"),
        ("ping, firmware, switch, Ethernet", "ping, firmware, switch, Ethernet"),
    ],
)
def test_acronyms(written: str, expected: str) -> None:
    """Acronyms are spelled as letters apart; those that are words stay words."""
    assert spoken(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("24h/24 et 7j/7", "vingt-quatre heures sur vingt-quatre et sept jours sur sept"),
        ("24 h / 24, 7 J / 7", "vingt-quatre heures sur vingt-quatre, sept jours sur sept"),
        ("minimum 24h", "minimum 24 heures"),
        ("à 14h30", "à 14 heures 30"),
        ("à 14 h 05.", "à 14 heures 5."),
        ("08:00-18:00", "8 heures à 18 heures"),
        ("9h–12h30", "9 heures à 12 heures 30"),
        ("1h", "une heure"),
        ("0h", "zéro heure"),
        ("5 hommes", "5 hommes"),
    ],
)
def test_times(written: str, expected: str) -> None:
    """Hours are said as hours."""
    assert spoken(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("01 23 45 67 89", "zéro 1, 23, 45, 67, 89"),
        ("0123456789", "zéro 1, 23, 45, 67, 89"),
        ("01.23.45.00.09.", "zéro 1, 23, 45, zéro zéro, zéro 9."),
        ("+33 1 23 45 67 89", "zéro 1, 23, 45, 67, 89"),
        ("+33 (0)6 12 34 56 78", "zéro 6, 12, 34, 56, 78"),
        ("le 3900", "le 39, zéro zéro"),
        ("le 1064", "le 1064"),
        ("5 appels simultanés", "5 appels simultanés"),
        ("la version 6.3.1.", "la version 6 point 3 point 1."),
        ("ex: 10.0.0.1", "par exemple 10 point 0 point 0 point 1"),
        ("12,50 €", "12 euros 50"),
        ("1 €", "1 euro"),
        ("0%", "0 pour cent"),
        ("3 Go et 10 Mb/s", "3 gigaoctets et 10 mégabits par seconde"),
        ("n° 5", "numéro 5"),
        ("1er, 1re, 2e étage", "premier, première, deuxième étage"),
        ("le 21e", "le 21ième"),
    ],
)
def test_numbers(written: str, expected: str) -> None:
    """Telephone numbers go by pairs, versions by points, amounts with their unit after them."""
    assert spoken(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "https://www.bouyguestelecom-entreprises.fr/assistance/",
            "bouyguestelecom tiret entreprises point fr, rubrique assistance",
        ),
        ("Voir www.exemple.fr.", "Voir exemple point fr."),
        ("<https://exemple.fr>", "exemple point fr"),
        ("support@mon-exemple.fr", "support arobase mon tiret exemple point fr"),
        ("[téléchargez le guide](#)", "téléchargez le guide"),
        ("configuration > état > réseau", "configuration, puis état, puis réseau"),
        ("Web to fax – Fax to mail", "Web to fax, Fax to mail"),
        ("un collaborateur (interne)", "un collaborateur, interne"),
        ("le(s) site(s)", "le site"),
        ("marche/arrêt", "marche ou arrêt"),
        ("oui et/ou non", "oui et ou non"),
        ("Il faut :\n- un poste\n- un switch.", "Il faut : un poste. un switch."),
        ("**Important**, etc.", "Important, et cetera."),
        ("M. Dupont", "monsieur Dupont"),
        ("Dites « suite ».", "Dites suite."),
        ("Ça\u00a0va\u202f? L’IP…", "Ça va ? L'I P."),
        ("a\0b", "a b"),
    ],
)
def test_signs_and_addresses(written: str, expected: str) -> None:
    """No sign is read aloud that a reader would not say."""
    assert spoken(written) == expected


@pytest.mark.parametrize("text", ["", "  ", "«»", "®", "...", "\0"])
def test_nothing_to_say(text: str) -> None:
    """What has no word in it is empty, so that no engine is asked to say it."""
    assert spoken(text) == ""


@given(st.text(max_size=200))
def test_any_text_becomes_plain(text: str) -> None:
    """No text breaks a rule, and none keeps a sign that engines stumble over."""
    assert not set(spoken(text)) & set("\0\n\r<>[]{}()|\\«»®")


LEXICON = Lexicon(
    [
        Entry("PoE", "pé o e"),
        Entry("e-mail", "imèle"),
        Entry("Poly", "Poli"),
        Entry("IP", "ipé"),
        Entry("TCP/IP", "té cé pé ipé"),
        Entry("Web to fax", "du web vers le fax"),
    ]
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Poly® VVX", "Poli V V X"),
        ("un switch PoE", "un switch pé o e"),
        ("TCP/IP, IP", "té cé pé ipé, ipé"),
        ("E-mail, l'e-mail, des e-mails", "imèle, l'imèle, des imèle"),
        ("Web to fax", "du web vers le fax"),
        ("Polyester, VoIP", "Polyester, voix sur I P"),
    ],
)
def test_the_lexicon_wins(written: str, expected: str) -> None:
    """A supervisor's entry comes before the built-in rules, longest first, for whole words only."""
    assert spoken(written, LEXICON) == expected


def test_what_the_lexicon_says_is_left_alone() -> None:
    """The result of an entry is not replaced by another."""
    assert Lexicon([Entry("A", "B"), Entry("B", "C")]).apply("A B") == "B C"


def test_pieces_end_with_sentences() -> None:
    """A long text is cut where a speaker breathes."""
    assert pieces("Un. Deux ! Trois, quatre.", 12) == ("Un. Deux !", "Trois,", "quatre.")
    assert pieces("", 10) == ()


@given(st.text(alphabet="ab .,?!;\n", max_size=300), st.integers(1, 40))
def test_pieces_lose_nothing(text: str, limit: int) -> None:
    """Every piece is short enough and holds something; together they are the text."""
    cut = pieces(text, limit)
    assert all(0 < len(piece) <= limit for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
