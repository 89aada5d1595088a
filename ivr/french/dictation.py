"""A telephone number dictated over several turns, with second thoughts.

« Zéro six douze », « trente-quatre, pardon trente-cinq », « non, soixante-dix-huit à la fin ». Pure values.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ivr.french.numerals import NUMERALS, read_numeral
from ivr.french.phone import LENGTH, LONGEST_DICTATED, in_pairs, is_complete
from ivr.french.phrases import fold

FRANCE = "0033"
LONGEST = 15
"""Digits of an international number (E.164), « 00 » apart."""

MOST_WORDS = 60
"""A longer utterance is a story."""

_CORRECTS = frozenset(
    {"pardon", "non", "nan", "plutot", "trompe", "desole", "desolee", "erreur", "correction", "rectifie"}
)
_GLUE = frozenset({
    *_CORRECTS, "a", "ah", "alors", "apres", "attendez", "au", "avec", "ben", "bon", "c", "ca", "ce",
    "cela", "commence", "corrige", "d", "de", "debut", "depuis", "derniere", "dernier", "derniers",
    "donc", "du", "en", "encore", "ensuite", "est", "et", "etait", "euh", "fait", "fin",
    "finit", "heu", "je", "l", "la", "le", "les", "lieu", "m", "mais", "me", "mes", "mobile", "mon",
    "nouveau", "numero", "oh", "oui", "ouais", "par", "pas", "place", "point", "portable", "premier",
    "premiers", "puis", "recommence", "reprends", "revoila", "suis", "suite", "sur", "tiret", "tout",
    "trait", "trouve", "une", "virgule", "voici", "voila", "termine", "telephone", "debute", "merci",
    "poste", "extension", "interne", "plus", "double", "triple", "fois", "bien", "chiffre", "chiffres",
    "paire", "s", "il", "vous", "plait", "redis", "repete", "y", "ok", "vas", "sont", "remplacez",
})  # fmt: skip
"""Words that stand between the digits of who dictates."""
_ANYWAY = 4
"""So many digits are a part of a number whatever stands around them."""
_RESTARTS = re.compile(
    r".* (?:(?:je |on )?(?:recommence[rz]?|reprends?|reprenez|redis|repete|effacez?)(?: tout)?"
    r"|(?:depuis|du) (?:le )?debut) "
)
_EXTENSION = re.compile(r" (?:poste|extension|numero interne|interne) ")
_OPENING = 2
"""Digits that tell where a number begins: « zéro six »."""
_ABROAD = ("0", "0")
"""« Plus trente-trois » is « zéro zéro trente-trois »."""
_REPEATED = {"double": 2, "triple": 3}

DICTATION_WORDS = tuple(sorted({
    *NUMERALS, "plus", "point", "pardon", "non", "oui", "à", "la", "fin", "au", "début", "dernier",
    "derniers", "c'est", "le", "et", "pas", "plutôt", "je", "recommence", "double", "triple", "fois",
    "voilà", "attendez", "poste",
}))  # fmt: skip
"""What the ear should know while a number is dictated, beside the words of the conversation."""


@dataclass(frozen=True, slots=True)
class Dictation:
    """The digits taken down so far."""

    digits: str = ""
    extension: str = ""

    def hear(self, text: str) -> "Dictation | None":
        """Return the digits after *text* was said; None when it says nothing of a number."""
        plain = f" {fold(text)} "
        if plain.count(" ") > MOST_WORDS:
            return None
        begun = _RESTARTS.match(plain)
        taken = Dictation() if begun else self
        rest = f" {plain[begun.end() :]} " if begun else plain
        number, _, extension = _split(rest)
        spoken = list(_segments(number.split()))
        if not _dictates(number.split(), spoken) and not extension:
            return Dictation() if begun else None
        heard = _corrected(taken.digits, number, spoken)
        further = "".join(segment.digits() for segment in _segments(extension.split())) or self.extension
        return Dictation(heard, further)

    @property
    def number(self) -> str | None:
        """The national number, once there are enough digits; None before, and for foreign ones."""
        digits = self.digits
        for prefix in (FRANCE, FRANCE[2:]):
            if digits.startswith(prefix) and len(digits) >= len(prefix) + LENGTH - 1:
                digits = "0" + digits.removeprefix(prefix).removeprefix("0")
        return digits if is_complete(digits) else None

    @property
    def foreign(self) -> str | None:
        """The number of another country, from its « 00 »; None for any other."""
        abroad = self.digits.startswith("00") and not self.digits.startswith(FRANCE)
        return self.digits if abroad and LENGTH <= len(self.digits) <= LONGEST + 2 else None

    @property
    def possible(self) -> bool:
        """Whether more digits may still make a number of these."""
        if self.digits.startswith(("00", "33")):
            return len(self.digits) < LONGEST_DICTATED
        return len(self.digits) < LENGTH and self.digits[:1] in ("", "0")

    def said(self) -> str:
        """Return how the digits are read back, in pairs."""
        return in_pairs(self.digits)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A row of numbers, and the words before it."""

    before: tuple[str, ...]
    values: tuple[str, ...]
    """Words; numbers are read only when their place in the whole is known."""

    def digits(self, offset: int = 0) -> str:
        parts = tuple(part for word in self.values for part in (word if word.isdecimal() else (word,)))
        if offset == 0 and fold(" ".join(parts[:2])) in ("0 0", "zero zero"):
            country, used = read_numeral(parts[2:])
            return f"00{country}{_best(parts[2 + used :], 1)[2]}" if used else "00"
        return _best(parts, offset % 2)[2]

    @property
    def corrects(self) -> bool:
        return bool(_CORRECTS.intersection(self.before))


def _split(plain: str) -> tuple[str, str, str]:
    found = _EXTENSION.search(plain)
    return (plain[: found.start()], found[0], plain[found.end() :]) if found else (plain, "", "")


def _dictates(words: Sequence[str], spoken: Sequence[_Segment]) -> bool:
    count = sum(len(segment.digits()) for segment in spoken)
    return bool(count) and (count >= _ANYWAY or all(_is_number(word) or word in _GLUE for word in words))


def _is_number(word: str) -> bool:
    return word in NUMERALS or word.isdecimal()


def _segments(words: Sequence[str]) -> Iterator[_Segment]:
    before: list[str] = []
    values: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        joined = (
            word == "et"
            and values
            and words[place + 1 : place + 2]
            and words[place + 1] in ("un", "une", "onze")
        )
        if _is_number(word) or joined:
            values.append(word)
        elif word == "plus":
            values += _ABROAD
        elif word in _REPEATED and place + 1 < len(words):
            values += [words[place + 1]] * (_REPEATED[word] - 1)
        elif word == "fois" and values and place + 1 < len(words):
            times = read_numeral(values[-1:])[0]
            values[-1:] = [words[place + 1]] * (times - 1) if 2 <= times <= 4 else []
        elif word not in ("point", "virgule", "tiret", "trait", "euh", "heu") or not values:
            if values:
                yield _Segment(tuple(before), tuple(values))
                before, values = [], []
            before.append(word)
        place += 1
    yield _Segment(tuple(before), tuple(values))


def _corrected(taken: str, plain: str, spoken: Sequence[_Segment]) -> str:
    """Return *taken* after what was said: more digits, others, or the same with some put right."""
    parts = [segment for segment in spoken if segment.values]
    if swapped := _swapped(taken, parts):
        return swapped
    if len(parts) == 1:
        digits = parts[0].digits()
        if re.search(r" (?:a la fin|derniers?|finit|termine|la fin) ", plain) and len(digits) < len(taken):
            return taken[: -len(digits)] + digits
        if re.search(r" (?:au debut|premiers?|commence|debute) ", plain) and len(digits) < len(taken):
            return digits + taken[len(digits) :]
    if is_complete(taken) and parts:
        return _put_right(taken, parts)
    return _dictated(taken, parts)


def _dictated(taken: str, parts: Sequence[_Segment]) -> str:
    for segment in parts:
        digits = segment.digits(len(taken))
        if len(taken) > 1 and digits.startswith(taken[:_OPENING] if segment.corrects else taken):
            taken = ""  # from the beginning again
        elif segment.corrects and taken:
            pair = 2 if len(taken) % 2 == 0 else 1
            taken = taken[: -min(pair, len(digits))]
        taken += digits
    return taken


def _swapped(taken: str, parts: Sequence[_Segment]) -> str | None:
    """« Zéro sept, pas zéro six », « pas six, sept », « sept au lieu de six »."""
    if len(parts) == 1 and "pas" in parts[0].before and len(parts[0].values) % 2 == 0:
        half = len(parts[0].values) // 2
        parts = [replace(parts[0], values=parts[0].values[:half]), _Segment((), parts[0].values[half:])]
    if len(parts) != 2:
        return None
    first, second = parts
    if "pas" in second.before or "lieu" in second.before or "place" in second.before:
        right, wrong = first.digits(), second.digits()
    elif "pas" in first.before:
        right, wrong = second.digits(), first.digits()
    else:
        return None
    if not wrong or wrong not in taken:
        return taken + right if not taken else None
    places = [at for at in range(len(taken)) if taken.startswith(wrong, at)]
    place = next((at for at in places if at % 2 == 0), places[0])
    return taken[:place] + right + taken[place + len(wrong) :]


def _put_right(taken: str, parts: Sequence[_Segment]) -> str:
    """A whole number said again replaces the other; a part of one replaces what it resembles most."""
    again = _dictated("", parts)
    if len(again) >= LENGTH - 1 or len(again) % 2:
        return again if len(again) >= LENGTH - 1 else taken
    windows = range(0, LENGTH - len(again) + 1, 2)
    apart = [(sum(a != b for a, b in zip(taken[at:], again, strict=False)), -at) for at in windows]
    best = min(apart)
    place = -best[1]
    return taken[:place] + again + taken[place + len(again) :]


@lru_cache(maxsize=1024)
def _best(words: tuple[str, ...], offset: int) -> tuple[int, int, str]:
    """Return (numbers that straddle two pairs, numbers, digits) of the reading with the fewest of both.

    « Zéro quatre, vingt » is 04 20, not 0 80. *offset*: digits before, modulo two.
    """
    if not words:
        return 0, 0, ""
    found: list[tuple[int, int, str]] = []
    for size in range(min(5, len(words)), 0, -1):
        value = _value(words[:size])
        if value is not None:
            broken, count, rest = _best(words[size:], (offset + len(value)) % 2)
            straddles = len(value) == 2 and offset % 2 == 1
            found.append((broken + straddles, count + 1, value + rest))
    return min(found, key=lambda reading: reading[:2]) if found else _best(words[1:], offset)


def _value(words: tuple[str, ...]) -> str | None:
    """Return the digits of one number that takes all of *words*."""
    value, used = read_numeral(words)
    return str(value) if used == len(words) else None
