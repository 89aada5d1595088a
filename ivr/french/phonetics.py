"""How French text sounds, coarsely, so that homophones and mis-split words look alike.

Not for synthesis: open and closed vowels are merged, the mute e is dropped, word boundaries vanish
(« sa lume pas » and « s'allume pas » both give ``salympa``).
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from ivr.french.heard import ELIDED, clean, expand

# One character per phoneme: a e i o u(ou) y(u) 2(eu) A(an) I(in, un) O(on),
# p b t d k g f v s z S(ch) Z(j) m n N(gn) l r w j(yod).

_WHOLE = {
    "est": "e", "et": "e", "es": "e", "ai": "e", "les": "le", "des": "de", "mes": "me", "tes": "te",
    "ses": "se", "ces": "se", "mac": "mak", "marque": "mark", "ping": "pin", "pin": "pin", "pink":
    "pink", "poe": "peo2", "ip": "ipe", "vvx": "veveiks", "sda": "esdea", "ott": "otete", "tcpip":
    "tesepeipe", "pabx": "peabeiks", "ucep": "yseepe", "switch": "switS", "switchs": "switS",
    "firmware": "f2rmwer", "mail": "mel", "mails": "mel", "web": "web", "lan": "lan", "fax": "faks",
    "sms": "esemes", "wifi": "wifi", "poly": "poli", "poli": "poli", "bflex": "befleks", "centrex":
    "sAtreks", "monsieur": "msj2", "femme": "fam", "eu": "y", "eut": "y", "plus": "ply", "tous": "tus",
    "six": "sis", "dix": "dis", "sept": "set", "huit": "yit", "neuf": "n2f", "ville": "vil", "mille":
    "mil", "tranquille": "trAkil", "oignon": "oNO", "second": "sgO", "seconde": "sgOd", "sens": "sAs",
    "net": "net", "internet": "Iternet", "admin": "admin", "test": "test", "estceque": "esk",
    "questceque": "kesk", "quelqun": "kelkI", "silvousplait": "silvuple", "aujourdhui": "oZurdyi",
    "hier": "jer", "daccord": "dakor", "os": "os", "bus": "bys", "gps": "Zepes", "mer": "mer", "fer":
    "fer", "cher": "Ser", "chers": "Ser", "hiver": "iver", "enfer": "Afer", "clef": "kle", "clefs":
    "kle", "pc": "pese", "box": "boks", "fils": "fis", "app": "ap", "nul": "nyl", "ok": "oke", "rh":
    "eraS", "usb": "yesbe", "sim": "sim", "ouais": "we",
}  # fmt: skip
"""Words that the rules below would read wrongly."""

_LETTERS = {
    "a": "a", "b": "be", "c": "se", "d": "de", "e": "2", "f": "ef", "g": "Ze", "h": "aS", "i": "i", "j": "Zi",
    "k": "ka", "l": "el", "m": "em", "n": "en", "o": "o", "p": "pe", "q": "ky", "r": "er", "s": "es",
    "t": "te", "u": "y", "v": "ve", "w": "dublve", "x": "iks", "y": "i", "z": "zed",
}  # fmt: skip
_CONSONANT_ELISION = {"c": "s", "d": "d", "j": "Z", "l": "l", "m": "m", "n": "n", "s": "s", "t": "t"}
_AN_WORDS = frozenset({
    "absent", "absents", "accent", "accident", "agent", "agents", "argent", "cent", "client", "clients",
    "content", "dent", "différent", "différents", "incident", "lent", "parent", "parents", "patient",
    "présent", "présents", "récent", "récents", "souvent", "urgent", "urgents", "vent", "évident",
})  # fmt: skip
"""Words in -ent that are no verbs: the end is heard."""

_V = "aeiouyàâäéèêëîïôöùûü"
_END = r"(?![a-zà-ü])"
_NOT_NASAL = rf"(?![{_V}nmh])"

_RULES: list[tuple[str, str]] = [
    (r"tion", "sjO"), (r"(?<=[tc])ien" + _NOT_NASAL, "jI"), (r"ueill?", "2j"), (r"euill?(?=e|s|$)", "2j"),
    (r"eill?(?=[eaiou]|s?$)|eill", "ej"), (r"aill|ail(?=s?$)", "aj"), (r"ouill", "uj"),
    (rf"(?<=[^{_V}])ill", "ij"), (r"uill", "yij"),
    (r"eaux?", "o"), (r"oeu", "2"), (r"eû|eu", "2"), (r"oin" + _NOT_NASAL, "wI"), (rf"oy(?=[{_V}])", "waj"),
    (r"oi|oî|oy", "wa"), (r"ou|où|oû", "u"), (rf"ay(?=[{_V}])", "ej"), (rf"uy(?=[{_V}])", "yij"),
    (r"(?:ai|ei)[nm]" + _NOT_NASAL, "I"), (r"[iïîy]en" + _NOT_NASAL, "jI"), (r"[iîy][nm]" + _NOT_NASAL, "I"),
    (r"u[nm]" + _NOT_NASAL, "I"), (r"o[nm]" + _NOT_NASAL, "O"), (r"[aâe][nm]" + _NOT_NASAL, "A"),
    (r"ées?$|ées?", "e"), (r"aient$|ais$|ait$|aît$|aits$", "e"), (r"ai|aî|ei|ay", "e"), (r"au", "o"),
    (r"[éèêë]", "e"), (r"er$|ers$|ez$|ets?$", "e"), (r"e(?=(?:nn|mm)e)", "e"), (r"es?$", ""),
    (rf"e(?=([^{_V}hw])\1)", "e"), (rf"e(?=[rlscxpb](?:[^{_V}hrl]|$))", "e"), (r"e(?=x)", "e"), (r"e", ""),
    (r"[aàâ]", "a"), (rf"i(?=[{_V}])", "j"), (r"[iîïy]", "i"), (r"[oôö]", "o"), (r"[uùûü]", "y"),
    (r"ph", "f"), (r"sch|sh|ch(?=r)", "S"), (r"ch", "S"), (r"gn", "N"), (r"qu|q", "k"),
    (r"gu(?=[eiéèêy])", "g"),
    (r"ge(?=[aoàâôu])", "Z"), (r"g(?=[eiéèêy])", "Z"), (r"g", "g"), (r"cc(?=[eiéè])", "ks"),
    (r"sc(?=[eiéèy])", "s"),
    (r"c(?=[eiéèêy])|ç", "s"), (r"c|k", "k"), (r"j", "Z"), (r"ss", "s"), (rf"(?<=[{_V}])s(?=[{_V}])", "z"),
    (r"s", "s"), (rf"(?<=e)x(?=[{_V}])", "gz"), (r"x", "ks"), (r"w", "w"), (r"h", ""),
    (r"([bdfklmnprtvz])\1?", r"\1"),
]  # fmt: skip
_COMPILED = [(re.compile(pattern), sound) for pattern, sound in _RULES]
_SILENT_END = re.compile(r"(?<=[a-zà-ü]{2})(?:[dtsxzp]+|(?<=n)gs?|(?<=n)c|(?<=[oe]u)ps)$")
_SPLIT = re.compile(r"[a-zà-ü0-9]+")


def sounds(text: str) -> str:
    """Return the phonemes of a whole utterance as one string without word boundaries."""
    return blend(word_sounds(tokens(text)))


def tokens(text: str) -> list[str]:
    """Return the accented words of *text*, contractions expanded."""
    return _SPLIT.findall(expand(clean(text)))


def word_sounds(words: Sequence[str]) -> list[str]:
    """Return the phonemes of each word; single letters are read as their neighbours demand."""
    return [_spelled(words, place) if len(word) == 1 else _word(word) for place, word in enumerate(words)]


def blend(spoken: Sequence[str]) -> str:
    """Join the sounds of words; a sound repeated across a boundary is heard once."""
    joined = ""
    for sound in spoken:
        joined += sound[1:] if sound and joined.endswith(sound[0]) else sound
    return joined


def _spelled(words: Sequence[str], position: int) -> str:
    """A single letter: an elision before a word, else its name (« s d a »)."""
    letter = words[position]
    after = words[position + 1] if position + 1 < len(words) else ""
    before = words[position - 1] if position else ""
    alone = len(after) != 1 and len(before) != 1
    if letter in _CONSONANT_ELISION and after and (alone or after in ("a", "y", "à")):
        return _CONSONANT_ELISION[letter]
    if letter == "à":
        return "a"
    return _LETTERS.get(letter, "")


@lru_cache(maxsize=50_000)
def _word(word: str) -> str:
    if word in _WHOLE:
        return _WHOLE[word]
    if word in ELIDED:
        return word.replace("qu", "k")
    if word.isdigit():
        return "".join(_DIGITS[digit] for digit in word)
    return _collapse(_read(_bare(word)))


def _bare(word: str) -> str:
    if word.endswith("ent") and word not in _AN_WORDS and not word.endswith("ment"):
        return word[:-3] + "e"
    stripped = _SILENT_END.sub("", word)
    return stripped if any(c in _V for c in stripped) else word


def _read(word: str) -> str:
    out: list[str] = []
    position = 0
    while position < len(word):
        for pattern, sound in _COMPILED:
            found = pattern.match(word, position)
            if found:
                out.append(found.expand(sound))
                position = found.end()
                break
        else:
            position += 1
    return "".join(out)


def _collapse(sound: str) -> str:
    return re.sub(r"(.)\1+", r"\1", sound)


_DIGITS = {
    "0": "zero", "1": "I", "2": "d2", "3": "trwa", "4": "katr", "5": "sIk", "6": "sis", "7": "set",
    "8": "yit", "9": "n2f",
}  # fmt: skip
