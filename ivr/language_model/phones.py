"""The phone inventory of our acoustic model and the way espeak-ng's IPA maps onto it.

Pure tables and functions: no library is loaded here.
"""

import re
from collections.abc import Iterable

BLANK = "blk"
_ORAL_VOWELS = ("i", "e", "a", "o", "u", "y")
_CONSONANTS = tuple("wjptkbdgfsSvzZlRmn")
PHONES = (BLANK, *_ORAL_VOWELS, "2", "e~", "a~", "o~", *_CONSONANTS)
"""In the order of the network's outputs."""
PHONE_ID = {phone: index for index, phone in enumerate(PHONES)}
SCHWA = "@"
VOWELS = frozenset([*_ORAL_VOWELS, "2", "e~", "a~", "o~"])
STOPS = frozenset("ptkbdgfv")
LIQUIDS = frozenset("Rl")

# Contrasts that telephone French does not keep reliably share one unit.
_IPA = {
    "ɑ̃": "a~",
    "ɔ̃": "o~",
    "ɛ̃": "e~",
    "œ̃": "e~",
    "dʒ": "d Z",
    "tʃ": "t S",
    "ɛ": "e",
    "ɔ": "o",
    "œ": "2",
    "ø": "2",
    "ə": "@",
    "ɑ": "a",
    "ɐ": "a",
    "æ": "a",
    "ʌ": "a",
    "ɒ": "o",
    "ɜ": "2",
    "ɚ": "2 R",
    "ɪ": "i",
    "ʊ": "u",
    "ʁ": "R",
    "r": "R",
    "ɹ": "R",
    "ɾ": "R",
    "ʀ": "R",
    "x": "R",
    "ɡ": "g",
    "ɲ": "n j",
    "ŋ": "n g",
    "ɥ": "y",
    "ʃ": "S",
    "ʒ": "Z",
    "θ": "s",
    "ð": "z",
    "ç": "S",
    "ʎ": "j",
    "β": "v",
    "ɟ": "g",
    "ʔ": "",
    "h": "",
    "c": "k",
    "ɣ": "g",
    "ɬ": "l",
    "ɫ": "l",
    "ɱ": "m",
    "ʋ": "v",
}
_IPA |= {phone: phone for phone in (*_ORAL_VOWELS, *_CONSONANTS) if phone.islower()}
_LONGEST_FIRST = sorted(_IPA, key=len, reverse=True)
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")
_IGNORED = re.compile("[ˈˌːˑ‿_ʰʲˠ|.\u200d\u032a\u032f\u0329\u0361\\-\\s\"'!?]")


def from_ipa(ipa: str) -> tuple[str, ...]:
    """Phones of an IPA string; raises ValueError naming the symbol that has no phone."""
    return merged(with_schwa(ipa))


def merged(phones: Iterable[str]) -> tuple[str, ...]:
    """The units of the acoustic model: schwa sounds like eu."""
    return tuple("2" if phone == SCHWA else phone for phone in phones)


def with_schwa(ipa: str) -> tuple[str, ...]:
    """Phones of an IPA string with schwa kept apart, for rules that drop it."""
    text = _IGNORED.sub("", _LANGUAGE_SWITCH.sub("", ipa))
    phones: list[str] = []
    position = 0
    while position < len(text):
        for symbol in _LONGEST_FIRST:
            if text.startswith(symbol, position):
                phones += _IPA[symbol].split()
                position += len(symbol)
                break
        else:
            raise ValueError(f"no phone for the IPA symbol {text[position]!r} in {ipa!r}")
    return tuple(phones)
