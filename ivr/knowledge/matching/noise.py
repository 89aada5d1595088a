"""What a recogniser makes of a text: spelling by ear, wrong cuts between words, words lost or mistaken.

Simulates, reproducibly; the chance is passed in. How often words are lost or mistaken, and which sounds are
taken for which (``confusions.tsv``), was counted on what models/fr-support made of 654 questions.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
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
_LOST = (1, 1, 1, 1, 2, 3, 6, 9)
"""Words lost at a time, each as likely: half of the gaps are of one word, their mean is three."""
_CONFUSIONS = Path(__file__).with_name("confusions.tsv")
_VOWELS = "aeiouyàâéèêëîïôöùûü"


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Garbles texts the way a recogniser with a closed vocabulary does."""

    vocabulary: tuple[str, ...] = ()
    respell: float = 0.10
    recut: float = 0.02
    lose: float = 0.044
    mistake: float = 0.10
    """Chance per word of each kind of error; where one word is lost, some of its followers mostly are too."""
    _sounds: tuple[str, ...] = field(default=())

    @classmethod
    def knowing(cls, texts: Iterable[str]) -> "Recogniser":
        """Build one whose vocabulary is that of *texts*."""
        words = tuple(sorted({word for text in texts for word in tokens(text) if len(word) > 1}))
        return cls(words, _sounds=tuple(sounds(word) for word in words))

    def hears(self, text: str, chance: Random) -> str:
        """Return what might be recognised instead of *text*: lower case, no punctuation, some errors."""
        heard: list[str] = []
        lost = 0
        for word in re.findall(r"[a-zà-ü0-9'-]+", clean(text)):
            if not lost and chance.random() < self.lose:
                lost = chance.choice(_LOST)
            if lost:
                lost -= 1
            else:
                heard.append(self._word(word, chance))
        return " ".join(heard).replace("'", " ").replace("-", " ")

    def _word(self, word: str, chance: Random) -> str:
        if chance.random() < self.mistake and (mistaken := self._mistaken(word, chance)):
            return mistaken
        if chance.random() < self.recut:
            return _recut(word, chance)
        return _respell(word, chance) if chance.random() < self.respell else word

    def _mistaken(self, word: str, chance: Random) -> str | None:
        """The word that sounds most like *word* with one of its sounds taken for another."""
        spoken = sounds(word)
        places = [place for place, sound in enumerate(spoken) if sound in _confusions()]
        if not places or not self.vocabulary:
            return None
        place = chance.choice(places)
        taken, shares = zip(*_confusions()[spoken[place]], strict=True)
        wrong = spoken[:place] + chance.choices(taken, shares)[0] + spoken[place + 1 :]
        found = process.extract(wrong, self._sounds, scorer=fuzz.ratio, limit=2, score_cutoff=50)
        return next((self.vocabulary[at] for _, _, at in found if self.vocabulary[at] != word), None)


@cache
def _confusions() -> dict[str, list[tuple[str, float]]]:
    """Sound → what it is taken for, and how often."""
    found: dict[str, list[tuple[str, float]]] = {}
    for line in _CONFUSIONS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            sound, taken, share = line.split("\t")
            found.setdefault(sound, []).append((taken.replace("-", ""), float(share)))
    return found


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
