"""Numbers in French words, as callers say them; also « septante », « huitante », « nonante », and digits.

Reads; saying numbers is ``ivr.french.numbers``' business.
"""

from collections.abc import Iterator, Sequence

from ivr.french.numbers import say_integer
from ivr.french.phrases import fold

_SMALL = {fold(say_integer(value)): value for value in range(17)} | {"une": 1}
_TENS = {
    "dix": 10, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
_EIGHTY = ("quatre", ("vingt", "vingts"))
_HUNDREDS = ("cent", "cents")

NUMERALS = frozenset({*_SMALL, *_TENS, *_HUNDREDS})
"""Every word that a number below a thousand is made of, « et » apart."""

ORDINALS = {
    "premier": 1, "premiere": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4,
    "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10,
    "dernier": -1, "derniere": -1, "avant derniere": -2, "avant dernier": -2,
}  # fmt: skip
"""Place in a row; negative from its end."""


def read_numeral(words: Sequence[str]) -> tuple[int, int]:
    """Return the number below a thousand that folded *words* begin with, and how many words it takes.

    (0, 0) when they begin with none. The longest reading wins: « vingt et un » is 21.
    """
    hundreds, used = _hundreds(words)
    below, more = _below_hundred(words[used:])
    if used + more == 0:
        return 0, 0
    return hundreds + below, used + more


def numerals(text: str) -> Iterator[int]:
    """Return every number of *text*, in order: « cinq point neuf » gives 5 and 9.

    >>> list(numerals("entre neuf heures et 17 h"))
    [9, 17]
    """
    words = fold(text).split()
    place = 0
    while place < len(words):
        value, used = read_numeral(words[place:])
        if used:
            yield value
        place += max(used, 1)


def _hundreds(words: Sequence[str]) -> tuple[int, int]:
    if words and words[0] in _HUNDREDS:
        return 100, 1
    if len(words) > 1 and words[1] in _HUNDREDS and 2 <= _SMALL.get(words[0], 0) <= 9:
        return 100 * _SMALL[words[0]], 2
    return 0, 0


def _below_hundred(words: Sequence[str]) -> tuple[int, int]:
    if not words:
        return 0, 0
    first = words[0]
    if first.isdecimal() and len(first) <= 3:
        return int(first), 1
    if first == _EIGHTY[0] and len(words) > 1 and words[1] in _EIGHTY[1]:
        unit, used = _unit(words[2:], 19, joined=False)
        return 80 + unit, 2 + used
    if first in _TENS and first != "dix":
        most = 19 if first == "soixante" else 9
        unit, used = _unit(words[1:], most, joined=True)
        return _TENS[first] + unit, 1 + used
    return _teen(words)


def _unit(words: Sequence[str], most: int, joined: bool) -> tuple[int, int]:
    """What may follow tens: « et un », « et onze », « huit », « dix-sept »."""
    if joined and len(words) > 1 and words[0] == "et" and words[1] in ("un", "une", "onze"):
        value = _SMALL[words[1]]
        return (value, 2) if value <= most else (0, 0)
    value, used = _teen(words)
    return (value, used) if 0 < value <= most else (0, 0)


def _teen(words: Sequence[str]) -> tuple[int, int]:
    if not words or words[0] not in _SMALL:
        return 0, 0
    value = _SMALL[words[0]]
    if value == 10 and len(words) > 1 and 7 <= _SMALL.get(words[1], 0) <= 9:
        return 10 + _SMALL[words[1]], 2
    return value, 1
