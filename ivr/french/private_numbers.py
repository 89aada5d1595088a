"""Numbers that say who somebody is or what he pays with: cards, social security, accounts, telephones.

Pure. Says what must not be kept, generously, in one utterance or over several.
"""

import re
from collections.abc import Iterator, Sequence

from ivr.french.numerals import NUMERALS, read_numeral
from ivr.french.phrases import bare, fold

FEWEST_DIGITS, FEWEST_APART = 4, 5
"""So many digits of numbers side by side are dictated; so are so many numbers with words between."""
TURNS = 4
"""Utterances over which one number may be given."""
FEWEST_IN_TURNS = 6
"""Digits, when nothing else is said in these turns."""

_CARD = re.compile(r"(?=([2-6]\d{12,18}))")
_NIR = re.compile(r"(?=([12]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[ab])\d{8}))")
_IBAN = re.compile(r"(?=([a-z]{2}\d{2}[a-z0-9]{11,30}))")
_TELEPHONE = re.compile(r"0[1-9]\d{8}|00[1-9]\d{7,13}")


def dictates_part(text: str) -> bool:
    """Whether *text* dictates a number, or part of one, rather than saying how many.

    >>> dictates_part("zéro six douze"), dictates_part("j'ai vingt et un postes et douze lignes")
    (True, False)
    """
    runs = list(_runs(text))
    beside = [run for run in runs if len(run) > 1]
    if len("".join(value for run in beside for value in run)) >= FEWEST_DIGITS:
        return not all(map(_is_prefix, beside))
    return sum(len(run) for run in runs if run != ["1"]) >= FEWEST_APART


def dictated_over(texts: Sequence[str]) -> bool:
    """Whether the utterances *texts*, one after the other, give one number that none of them gives whole.

    >>> dictated_over(["alors zéro six", "douze trente-quatre"]), dictated_over(["deux postes", "douze"])
    (True, False)
    """
    said = [text for text in texts if spoken_digits(text)]
    if len(said) < 2:
        return False
    if identifies("".join(map(spoken_digits, said))) or identifies("".join(map(_compact, said))):
        return True
    alone = [spoken_digits(text) for text in said if _is_nothing_else(text)]
    return len(alone) > 1 and len("".join(alone)) >= FEWEST_IN_TURNS


def spoken_digits(text: str) -> str:
    """Return the digits of every number in *text*, in order: « quarante-neuf, zéro six » is ``4906``."""
    return "".join(value for run in _runs(text) for value in run)


def identifies(compact: str) -> bool:
    """Whether *compact*, digits and the letters between them, holds a number of somebody's."""
    return (
        _TELEPHONE.search(compact) is not None
        or any(is_card(match[1][:length]) for match in _CARD.finditer(compact) for length in range(13, 20))
        or any(is_nir(match[1]) for match in _NIR.finditer(compact))
        or any(
            is_iban(match[1][:length])
            for match in _IBAN.finditer(compact)
            for length in range(15, len(match[1]) + 1)
        )
    )


def is_card(digits: str) -> bool:
    """Whether *digits* are a payment card's number (ISO/IEC 7812: 13 to 19 digits, Luhn's sum).

    >>> is_card("4111111111111111"), is_card("4111111111111112")
    (True, False)
    """
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def is_nir(number: str) -> bool:
    """Whether *number* is a French social security number with its key (Insee: 97 less the rest by 97)."""
    digits = number.replace("2a", "19").replace("2b", "18") if not number.isdigit() else number
    return len(digits) == 15 and digits.isdigit() and 97 - int(digits[:13]) % 97 == int(digits[13:])


def is_iban(number: str) -> bool:
    """Whether *number* is an account's (ISO 13616: the rest by 97 is one)."""
    turned = f"{number[4:]}{number[:4]}"
    return turned.isalnum() and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _runs(text: str) -> Iterator[list[str]]:
    """The numbers of *text* that stand side by side, as digits; « six point trois » are two runs."""
    words = fold(re.sub(r"(?<=\d)\.(?=\d)", " point ", text)).split()
    run: list[str] = []
    place = 0
    while place < len(words):
        value, used = _read(words[place:])
        if used:
            run.append(value)
        elif run:
            yield run
            run = []
        place += max(used, 1)
    if run:
        yield run


def _read(words: Sequence[str]) -> tuple[str, int]:
    """Return the number that *words* begin with, as digits, and how many words it takes; zero: none."""
    if words[0].isdigit():
        return words[0], 1
    value, used = read_numeral(words)
    if used < len(words) and words[used] == "mille":
        below, more = read_numeral(words[used + 1 :])
        return str(1000 * max(value, 1) + below), used + 1 + more
    return (str(value), used) if used else ("", 0)


def _is_prefix(run: Sequence[str]) -> bool:
    """« Zéro six », « zéro huit cent » are kinds of numbers."""
    return len(run) == 2 and run[0] == "0"


def _compact(text: str) -> str:
    """The digits of *text*, and single letters where they stand: « F R soixante-seize » is ``fr76``."""
    words = fold(text).split()
    found, place = "", 0
    while place < len(words):
        value, used = _read(words[place:])
        mixed = len(words[place]) <= 2 or any(map(str.isdigit, words[place]))
        found += value if used else words[place] if mixed else ""
        place += max(used, 1)
    return found


def _is_nothing_else(text: str) -> bool:
    return all(word in NUMERALS or word == "mille" or word.isdigit() for word in bare(text).split())
