"""How each word may be pronounced on the telephone, with the cost of the less usual ways.

Rules and small tables on top of espeak-ng; a word that cannot be pronounced raises, it is never dropped here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ivr.language_model import espeak
from ivr.language_model.phones import LIQUIDS, SCHWA, STOPS, VOWELS, merged, with_schwa

Pronunciations = dict[tuple[str, ...], float]

LIAISON_Z, LIAISON_T, LIAISON_N = 0.9, 1.6, 0.7
DROPPED_SCHWA, FINAL_SCHWA, DROPPED_LIQUID, OTHER_READING = 0.7, 1.6, 1.2, 0.7

RESPELT = {
    "centrex": "centrexe",
    "email": "imèle",
    "emails": "imèle",
    "euh": "eux",
    "fax": "faxe",
    "firmware": "feurmouère",
    "ip": "i pé",
    "mac": "maque",
    "mail": "mèle",
    "mails": "mèle",
    "ok": "oké",
    "okay": "oké",
    "pc": "pé cé",
    "ping": "pigne",
    "poly": "poli",
    "rh": "erre ache",
    "sim": "sime",
    "sip": "sipe",
    "sms": "èsse émèsse",
    "ssid": "èsse èsse i dé",
    "stop": "stope",
    "switch": "souitche",
    "tv": "té vé",
    "url": "u erre elle",
    "usb": "u èsse bé",
    "voip": "vohipe",
    "vpn": "vé pé ène",
    "vvx": "vé vé ixe",
    "web": "ouèbe",
    "week": "ouique",
    "wifi": "ouifi",
    "wi": "oui",
    "fi": "fi",
}
"""Words that espeak-ng reads otherwise than callers say them, in French spelling."""

READINGS = {
    "aujourd'": ["o Z u R d"],
    "c'": ["s"],
    "cinq": ["s e~ k", "s e~"],
    "d'": ["d"],
    "dix": ["d i s", "d i", "d i z"],
    "en": ["a~", "a~ n"],
    "est": ["e", "e t"],
    "et": ["e"],
    "huit": ["y i t", "y i"],
    "il": ["i l", "i"],
    "ils": ["i l", "i", "i l z", "i z"],
    "j'": ["Z", "S"],
    "je": ["Z @", "Z", "S"],
    "jusqu'": ["Z y s k"],
    "l'": ["l"],
    "lorsqu'": ["l o R s k"],
    "m'": ["m"],
    "monsieur": ["m @ s j 2"],
    "n'": ["n"],
    "neuf": ["n 2 f", "n 2 v"],
    "ont": ["o~", "o~ t"],
    "ouais": ["w e"],
    "oui": ["w i", "u i", "y i"],
    "parce": ["p a R s"],
    "peut": ["p 2", "p 2 t"],
    "ping": ["p i n", "p i n g", "p i n j"],
    "plus": ["p l y", "p l y s", "p l y z"],
    "presqu'": ["p R e s k"],
    "puisqu'": ["p y i s k"],
    "qu'": ["k"],
    "quatre": ["k a t R", "k a t", "k a t R @"],
    "quelqu'": ["k e l k"],
    "quoiqu'": ["k w a k"],
    "s'": ["s"],
    "six": ["s i s", "s i", "s i z"],
    "t'": ["t"],
    "tous": ["t u", "t u s", "t u z"],
    "un": ["e~", "e~ n"],
    "une": ["y n"],
    "vingt": ["v e~", "v e~ t"],
    "y": ["i"],
}
"""Short words whose readings no rule gives, the usual one first."""

_READABLE = re.compile(r"[a-zà-öø-ÿœæ' -]+")
_WEAK = frozenset(["ce", "de", "le", "me", "ne", "que", "se", "te"])
_NASAL_LIAISON = frozenset(["aucun", "bien", "bon", "commun", "mon", "on", "rien", "son", "ton", "moyen"])


class UnpronounceableWord(ValueError):
    """espeak-ng gives no usable phones for the word."""


def pronunciations(word: str, respelt: Mapping[str, str] = MappingProxyType(RESPELT)) -> Pronunciations:
    """Every way to say the word, with its cost in nats; raises UnpronounceableWord when there is none.

    `respelt` gives words in the French spelling of what callers say.
    """
    ways: Pronunciations = {}
    if word in READINGS:
        for index, reading in enumerate(READINGS[word]):
            _add(ways, tuple(reading.split()), OTHER_READING if index else 0.0)
        return ways
    base = canonical(respelt.get(word, word.rstrip("'")))
    _add(ways, base, 0.0)
    _add_liaisons(ways, word, base)
    _add_endings(ways, word, base)
    _add_schwa_drops(ways, word, base)
    return ways


@lru_cache(maxsize=50_000)
def canonical(spelling: str) -> tuple[str, ...]:
    """The citation form, schwa kept apart; raises UnpronounceableWord."""
    if not _READABLE.fullmatch(spelling):
        raise UnpronounceableWord(f"{spelling}: letters that French does not have")
    try:
        phones = with_schwa(espeak.ipa(spelling))
    except ValueError as error:
        raise UnpronounceableWord(f"{spelling}: {error}") from error
    if not phones:
        raise UnpronounceableWord(f"{spelling}: espeak-ng says nothing")
    return phones


def _add(ways: Pronunciations, phones: tuple[str, ...], cost: float) -> None:
    key = merged(phones)
    if key and cost < ways.get(key, 99.0):
        ways[key] = cost


def _add_liaisons(ways: Pronunciations, word: str, base: tuple[str, ...]) -> None:
    if len(word) < 3 and word not in _NASAL_LIAISON:
        return
    open_end = base[-1] in VOWELS
    if word[-1] in "sxz" and open_end:
        _add(ways, (*base, "z"), LIAISON_Z)
    elif word[-1] == "s" and base[-1] not in "sz":
        _add(ways, (*base, "z"), 2 * LIAISON_Z)
    elif word[-1] in "td" and open_end:
        _add(ways, (*base, "t"), LIAISON_T)
    elif word in _NASAL_LIAISON and open_end:
        _add(ways, (*base, "n"), LIAISON_N)


def _add_endings(ways: Pronunciations, word: str, base: tuple[str, ...]) -> None:
    if not word.endswith(("e", "es", "ent")) or base[-1] in VOWELS | {SCHWA} or len(base) < 2:
        return
    _add(ways, (*base, SCHWA), FINAL_SCHWA)
    if base[-1] in LIQUIDS and base[-2] in STOPS:
        _add(ways, base[:-1], DROPPED_LIQUID)


def _add_schwa_drops(ways: Pronunciations, word: str, base: tuple[str, ...]) -> None:
    if word in _WEAK:
        _add(ways, base[:-1], DROPPED_SCHWA)
        return
    for index in range(1, len(base) - 1):
        before, after = base[index - 1], base[index + 1]
        if base[index] == SCHWA and before not in VOWELS and before not in LIQUIDS and after not in VOWELS:
            _add(ways, base[:index] + base[index + 1 :], DROPPED_SCHWA)
        if base[index] == "i" and after in VOWELS:
            _add(ways, (*base[:index], "j", *base[index + 1 :]), DROPPED_SCHWA)
