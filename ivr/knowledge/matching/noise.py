"""What a recogniser makes of a text: spelling by ear, wrong cuts between words, words lost or mistaken.

Simulates, reproducibly; the chance is passed in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from rapidfuzz import fuzz, process

from ivr.french.heard import clean
from ivr.french.phonetics import sounds, tokens

_BY_EAR = {
    "c'est": ("ses", "c est"), "est": ("et",), "et": ("est",), "à": ("a",), "a": ("à",), "où": ("ou",),
    "ça": ("sa",), "sa": ("ça",), "on": ("ont",), "ont": ("on",), "son": ("sont",), "sont": ("son",),
    "ces": ("ses",), "mes": ("mais",), "peux": ("peut",), "peut": ("peu",), "faut": ("fau",),
    "quel": ("quelle",), "qu": ("que",), "est-ce": ("es ce",), "poste": ("post",), "sais": ("c est",),
    "vos": ("vo",),
    "leur": ("leurs",),
}  # fmt: skip
_VERB_END = re.compile(r"(?:er|é|ée|és|ées|ez|ai|ais|ait)$")
_VERB_ENDS = ("er", "é", "ez", "és")
_SMALL = frozenset({"de", "le", "la", "un", "une", "du", "les", "des", "que", "en", "je", "il", "y"})
_VOWELS = "aeiouyàâéèêëîïôöùûü"


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Garbles texts the way a recogniser with a closed vocabulary does."""

    vocabulary: tuple[str, ...] = ()
    respell: float = 0.25
    recut: float = 0.08
    lose: float = 0.05
    mistake: float = 0.06
    """Chance per word of each kind of error; together about 15 % of the words really change."""
    _sounds: tuple[str, ...] = field(default=())

    @classmethod
    def knowing(cls, texts: Iterable[str]) -> "Recogniser":
        """Build one whose vocabulary is that of *texts*."""
        words = tuple(sorted({word for text in texts for word in tokens(text) if len(word) > 1}))
        return cls(words, _sounds=tuple(sounds(word) for word in words))

    def hears(self, text: str, chance: Random) -> str:
        """Return what might be recognised instead of *text*: lower case, no punctuation, some errors."""
        heard: list[str] = []
        for word in re.findall(r"[a-zà-ü0-9'-]+", clean(text)):
            heard += self._word(word, chance)
        return " ".join(heard).replace("'", " ").replace("-", " ")

    def _word(self, word: str, chance: Random) -> list[str]:
        if word in _SMALL and chance.random() < self.lose:
            return []
        if chance.random() < self.mistake and (near := self._near(word)):
            return [chance.choice(near)]
        if chance.random() < self.recut:
            return [_recut(word, chance)]
        if chance.random() < self.respell:
            return [_respell(word, chance)]
        return [word]

    def _near(self, word: str) -> tuple[str, ...]:
        return _neighbours(word, self.vocabulary, self._sounds) if self.vocabulary else ()


@lru_cache(maxsize=20_000)
def _neighbours(word: str, vocabulary: tuple[str, ...], by_sound: tuple[str, ...]) -> tuple[str, ...]:
    """The other words that sound most like *word*."""
    found = process.extract(sounds(word), by_sound, scorer=fuzz.ratio, limit=4, score_cutoff=65)
    return tuple(vocabulary[place] for _, _, place in found if vocabulary[place] != word)


def _respell(word: str, chance: Random) -> str:
    if word in _BY_EAR:
        return chance.choice(_BY_EAR[word])
    if len(word) > 4 and (end := _VERB_END.search(word)):
        return word[: end.start()] + chance.choice(_VERB_ENDS)
    if len(word) > 3 and word[-1] in "sx":
        return word[:-1]
    return word + "s" if len(word) > 4 and word[-1] in "eltr" else word


def _recut(word: str, chance: Random) -> str:
    """« l'adresse » → « la dresse », « enregistre » → « enre gistre »."""
    if "'" in word:
        before, _, after = word.partition("'")
        return (
            f"{before}{after[0]} {after[1:]}"
            if len(after) > 3 and after[0] in _VOWELS
            else f"{before} {after}"
        )
    places = [i for i in range(2, len(word) - 2) if word[i - 1] in _VOWELS and word[i] not in _VOWELS]
    if len(word) < 6 or not places:
        return word
    place = chance.choice(places)
    return f"{word[:place]} {word[place:]}"
