"""A number dictated in pieces, put right and begun again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.french.dictation import Dictation
from ivr.french.numbers import say_integer
from ivr.french.phone import hear_number, in_pairs

pytestmark = pytest.mark.unit


def after(*texts: str, taken: str = "") -> str:
    """The digits after *texts* were said one after the other."""
    dictation = Dictation(taken)
    for text in texts:
        dictation = dictation.hear(text) or dictation
    return dictation.digits


def sound(digits: str) -> str:
    """What is left of digits said without their pauses; who says « vingt un » is heard too."""
    words = in_pairs(digits).replace(",", "").replace("-", " ")
    return words.replace("vingts", "vingt").replace(" et un", " un")


@given(st.from_regex(r"0[1-9]([1-9][0-9]){4}", fullmatch=True), st.integers(1, 4))
def test_a_pause_loses_nothing(number: str, pause: int) -> None:
    """In two turns, cut between any two pairs, it sounds the same (« vingt-quatre vingt »).

    No pair of zeros: « zéro un » said twice is a repetition.
    """
    pairs = in_pairs(number).split(", ")
    heard = after(" ".join(pairs[:pause]), " ".join(pairs[pause:]))
    assert sound(heard) == sound(number)


@pytest.mark.parametrize(
    ("texts", "digits"),
    [
        (("zéro six douze trente-quatre", "cinquante-six soixante-dix-huit"), "0612345678"),
        (
            ("zéro six douze trente-quatre cinquante-sept, pardon cinquante-six, soixante-dix-huit",),
            "0612345678",
        ),
        (("zéro six", "zéro six douze"), "0612"),
        (("zéro sept quarante-deux non quarante-trois",), "0743"),
        (("zéro six cinq six pardon cinq sept",), "0657"),
        (("zéro sept douze", "non je recommence zéro six"), "06"),
        (("alors c'est le zéro six", "quatre-vingt-dix-huit point soixante-quinze point"), "069875"),
        (("06.12.34.56.78",), "0612345678"),
        (("zéro quatre septante-cinq douze nonante-quatre cinquante-six",), "0475129456"),
        (("zéro six double zéro trois fois zéro",), "0600000"),
    ],
)
def test_digits_add_up(texts: tuple[str, ...], digits: str) -> None:
    """Whatever the groups, the pauses and the second thoughts."""
    assert after(*texts) == digits


@pytest.mark.parametrize(
    ("text", "taken", "digits"),
    [
        ("non, soixante-dix-huit à la fin", "0612345677", "0612345678"),
        ("le dernier c'est cinquante-trois", "0612345677", "0612345653"),
        ("ça commence par zéro sept", "0612345677", "0712345677"),
        ("non zéro sept, pas zéro six", "0612345677", "0712345677"),
        ("pas cinquante-sept, cinquante-six", "0612345778", "0612345678"),
        ("non, cinquante-six", "0612345778", "0612345678"),
        ("non c'est trente-cinq cinquante-six", "0612345778", "0612355678"),
        ("zéro sept douze trente-quatre cinquante-six soixante-dix-huit", "0612345677", "0712345678"),
    ],
)
def test_what_was_read_back_is_put_right(text: str, taken: str, digits: str) -> None:
    """A part of the number is enough to correct it."""
    assert after(text, taken=taken) == digits


@pytest.mark.parametrize(
    "text",
    ["attendez je le cherche", "deux secondes", "celui avec lequel j'appelle", "je ne le connais pas", "oui",
     "", "un conseiller", "j'ai perdu mon mot de passe"],
)  # fmt: skip
def test_anything_else_is_no_digit(text: str) -> None:
    """« Deux secondes » is no 2."""
    assert Dictation("0612").hear(text) is None


def test_what_the_digits_are() -> None:
    """Numbers of France, of other countries, extensions, and what is not complete yet."""
    french = Dictation().hear("plus trente-trois six douze trente-quatre cinquante-six soixante-dix-huit")
    assert french is not None
    assert french.number == "0612345678"
    belgian = Dictation().hear("plus trente-deux quatre septante-cinq douze trente-quatre cinquante-six")
    assert belgian is not None
    assert (belgian.number, belgian.foreign) == (None, "0032475123456")
    inside = Dictation().hear("zéro un quarante-cinq vingt-deux trente-trois quarante-quatre poste douze")
    assert inside is not None
    assert (inside.number, inside.extension) == ("0145223344", "12")
    assert Dictation("0612").possible
    assert Dictation().possible
    assert not Dictation("72").possible
    assert not Dictation("0612345678").possible


_WORDS = [
    "non",
    "pardon",
    "pas",
    "plus",
    "double",
    "fois",
    "poste",
    "à la fin",
    "au début",
    "recommence",
    "et",
]


@given(
    st.lists(st.sampled_from([*_WORDS, *map(say_integer, range(100))]), max_size=80),
    st.from_regex(r"\d{0,15}", fullmatch=True),
)
def test_whatever_is_dictated(words: list[str], taken: str) -> None:
    """Only digits come out, and nothing raises."""
    heard = Dictation(taken).hear(" ".join(words))
    assert heard is None or (heard.digits + heard.extension).isdigit() or not heard.digits + heard.extension


def test_belgian_and_swiss_tens_are_numbers_everywhere() -> None:
    """« Septante-deux » in a whole number."""
    assert hear_number("zéro six septante-deux nonante et un huitante douze") == "0672918012"
