"""Sentences to the words the recogniser knows: lower case, elisions apart, numbers spelt.

Pure: text in, words out.
"""

import re
import unicodedata

from num2words import num2words

_SPLIT = re.compile(r"[^\W\d_]+'?|\d+")
_ACRONYM_DOTS = re.compile(r"\b(?:[a-z]\.){2,}")


def words(sentence: str) -> list[str]:
    """The words of a sentence; `l'étranger` gives `l'` and `étranger`, `24` gives `vingt` `quatre`."""
    text = unicodedata.normalize("NFC", sentence).lower().replace("’", "'").replace("ʼ", "'")
    text = _ACRONYM_DOTS.sub(lambda dots: dots.group().replace(".", ""), text)
    found: list[str] = []
    for token in _SPLIT.findall(text):
        if token.isdecimal():
            found += _number(token)
        else:
            found.append(token)
    return found


def joined(tokens: list[str]) -> str:
    """Words as written: no space after an elision."""
    return " ".join(tokens).replace("' ", "'")


def _number(digits: str) -> list[str]:
    if len(digits) > 6 or digits.startswith("0"):
        pairs = [digits[max(0, end - 2) : end] for end in range(len(digits), 0, -2)][::-1]
        return [word for pair in pairs for word in _pair(pair)]
    return words(str(num2words(int(digits), lang="fr")))


def _pair(pair: str) -> list[str]:
    zero = ["zéro"] if pair.startswith("0") and len(pair) > 1 else []
    return zero + words(str(num2words(int(pair), lang="fr")))
