"""French telephone numbers: heard as words or digits, said in pairs.

Numbers are national digits (« 0612345678 ») everywhere.
"""

from collections.abc import Iterator
from itertools import accumulate

from ivr.french.numbers import say_integer
from ivr.french.phrases import fold

LENGTH = 10
FEWEST_WORDS = 5
"""« Zéro six, douze… »: a number cannot be said in fewer."""
LONG_DIGITS, LONG_RUN = 9, 7
LONGEST_DICTATED = 13
"""Digits of « 0033 6… »."""


def hear_number(text: str) -> str | None:
    """Return the ten-digit number that *text* dictates, in any grouping, or None."""
    words = [part for word in fold(text).split() for part in _parts(word)]
    readings = [values for values in _readings(words) if _national("".join(values))]
    best = min(readings, key=lambda values: (_broken_pairs(values), len(values)), default=())
    return _national("".join(best))


def dictates_number(text: str) -> bool:
    """Return whether *text* holds a telephone number; looks closely (0.3 ms) only at what may."""
    digits = sum(map(str.isdigit, text))
    return (count_number_words(text) >= FEWEST_WORDS or digits >= LENGTH - 1) and hear_number(
        text
    ) is not None


def holds_a_long_number(text: str) -> bool:
    """Whether *text* says what may be a card's number, an IBAN, the NIR or a foreign telephone number.

    Generous: nine digits however written, or a run of words of numbers that no quantity needs.
    """
    if sum(map(str.isdigit, text)) >= LONG_DIGITS:
        return True
    run = longest = 0
    for word in fold(text).replace("-", " ").split():
        run = run + 1 if word in _LONG_WORDS or (run and word == "et") else 0
        longest = max(longest, run)
    return longest >= LONG_RUN


def is_dictation(text: str) -> bool:
    """Whether *text* has nothing but the words of numbers."""
    return count_number_words(text) == len(text.replace("-", " ").split())


def count_number_words(text: str) -> int:
    """Return how many words of *text* numbers are made of."""
    return sum(word in _WORDS for word in text.replace("-", " ").lower().split())


def in_pairs(number: str) -> str:
    """Return *number* as it is read back: « zéro six, douze, trente-quatre… »."""
    pairs = (number[i : i + 2] for i in range(0, len(number), 2))
    return ", ".join(_say_pair(pair) for pair in pairs)


def last_digits(number: str) -> str:
    """Return how the last four digits are said, to name a number without reading it out."""
    return in_pairs(number[-4:])


def is_complete(number: str) -> bool:
    """Whether *number* can be called: ten digits, the first one zero, the second one not."""
    return len(number) == LENGTH and number.isdigit() and number[0] == "0" != number[1]


def _say_pair(pair: str) -> str:
    if len(pair) == 1 or pair[0] == "0":
        return " ".join(say_integer(int(digit)) for digit in pair)
    return say_integer(int(pair))


_HUNDRED = [say_integer(value).replace("-", " ") for value in range(100)]
_ABROAD = {
    " ".join((ten, *rest)): value + more
    for ten, value in (("septante", 70), ("huitante", 80), ("octante", 80), ("nonante", 90))
    for more, rest in enumerate([(), ("et", "un"), *((say_integer(unit),) for unit in range(2, 10))])
}
"""« Septante-deux » is what Belgians and Swiss say."""
_VALUES = {tuple(fold(words).split()): str(value) for value, words in enumerate(_HUNDRED)}
_VALUES |= {tuple(fold(words).split()): str(value) for words, value in _ABROAD.items()}
_VALUES |= {(digit,): digit for digit in "0123456789"}
_VALUES |= {("une",): "1", ("vingts",): "20", ("quatre", "vingt"): "80"}
_LONGEST = max(map(len, _VALUES))

NUMBER_PHRASES = (
    *_HUNDRED,
    "quatre vingt",
    *(f"zéro {digit}" for digit in _HUNDRED[:10]),
    *_ABROAD,
    "plus trente trois",
    "zéro zéro trente trois",
)
"""What a dictated number is made of: 0 to 99 as they are said, « zéro six », international prefixes."""
NUMBER_WORDS = tuple(dict.fromkeys(" ".join((*_HUNDRED, *_ABROAD)).split()))
"""Every word of a dictated number."""
_WORDS = frozenset(NUMBER_WORDS)
_LONG_WORDS = frozenset(fold(word) for word in _WORDS) | {"cent", "cents", "mille", "une"}


def _parts(word: str) -> list[str]:
    """« 0612 » is four digits, « trente » a word."""
    return list(word) if word.isdigit() else [word]


def _readings(words: list[str], room: int = LONGEST_DICTATED) -> Iterator[tuple[str, ...]]:
    """Every way to read *words* as digits, the longest numbers first; other words are empty."""
    if not words or room < 0:
        yield from ((),) if room >= 0 else ()
        return
    sizes = [n for n in range(min(_LONGEST, len(words)), 0, -1) if tuple(words[:n]) in _VALUES]
    for size in sizes:
        value = _VALUES[tuple(words[:size])]
        yield from ((value, *rest) for rest in _readings(words[size:], room - len(value)))
    if not sizes:
        yield from (("", *rest) for rest in _readings(words[1:], room))


def _broken_pairs(values: tuple[str, ...]) -> int:
    """Count the numbers that straddle two pairs: « zéro quatre, vingt » is 04 20, not 0 80."""
    starts = accumulate((len(value) for value in values), initial=0)
    return sum(len(value) == 2 and start % 2 for value, start in zip(values, starts, strict=False))


def _national(digits: str) -> str | None:
    for prefix in ("0033", "33"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + LENGTH - 1:
            digits = "0" + digits.removeprefix(prefix)
    return digits if is_complete(digits) else None
