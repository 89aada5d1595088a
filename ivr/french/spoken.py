"""Written French → what a voice reads aloud correctly: numbers, times, addresses, acronyms, and a lexicon.

Pure. Voices differ: the result is plain words, digits, which they all read, and spelled groups as spaced
capitals.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

SPELLED = (
    "DHCP", "DNS", "FAQ", "HTTPS", "IP", "KO", "NRJ", "OK", "OTT", "PABX", "PDF", "PoE", "RTP", "SDA", "SMS",
    "SRTP", "SVI", "TCP", "TLS", "UCEP", "UDP", "URL", "USB", "VVX",
)  # fmt: skip
"""Read letter by letter: voices make words of those with a vowel; letters apart they all spell."""

WORDS = {"MAC": "Mac", "SIP": "sip", "TCP/IP": "T C P, I P", "VLAN": "vé lane", "VoIP": "voix sur I P"}
"""Capitals that are said as words."""

UNITS = {
    "Go": "gigaoctets", "Mo": "mégaoctets", "Ko": "kilooctets", "Gb/s": "gigabits par seconde",
    "Mb/s": "mégabits par seconde", "Mbit/s": "mégabits par seconde", "kb/s": "kilobits par seconde",
    "kbit/s": "kilobits par seconde", "ms": "millisecondes", "min": "minutes", "%": "pour cent",
}  # fmt: skip

ORDINALS = {
    2: "deuxième", 3: "troisième", 4: "quatrième", 5: "cinquième", 6: "sixième", 7: "septième", 8: "huitième",
    9: "neuvième", 10: "dixième", 11: "onzième", 12: "douzième", 13: "treizième", 14: "quatorzième",
    15: "quinzième", 16: "seizième",
}  # fmt: skip

SIGNS = {"&": " et ", "=": " égale ", "@": " arobase ", "#": " dièse ", "*": " étoile ", "→": ", puis "}


@dataclass(frozen=True, slots=True)
class Entry:
    """How a term is said. Written in lower case, it stands for any case and for its plural in -s."""

    written: str
    spoken: str


class Lexicon:
    """The supervisor's pronunciations, longest term first; what one puts in, no other changes."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._exact = {entry.written: entry.spoken for entry in self.entries if not _any_case(entry)}
        self._folded = {entry.written: entry.spoken for entry in self.entries if _any_case(entry)}
        longest_first = sorted(self.entries, key=lambda entry: -len(entry.written))
        self._pattern = re.compile("|".join(map(_pattern, longest_first)) or r"(?!)")

    def apply(self, text: str) -> str:
        """Return *text* with every term replaced."""
        return self._pattern.sub(lambda match: self._said(match[0]), text)

    def _said(self, found: str) -> str:
        if found in self._exact:
            return self._exact[found]
        folded = found.lower()
        return self._folded.get(folded) or self._folded[folded.removesuffix("s")]


def spoken(text: str, lexicon: Lexicon | None = None) -> str:
    """Return *text* as a voice should be given it; empty when nothing in it can be said."""
    for rule in BEFORE_LEXICON:
        text = rule(text)
    text = (lexicon or _NO_LEXICON).apply(text)
    for rule in AFTER_LEXICON:
        text = rule(text)
    return text if re.search(r"\w", text) else ""


def pieces(text: str, limit: int) -> tuple[str, ...]:
    """Return *text* cut into parts of at most *limit* characters, after a sentence if possible."""
    return tuple(_cut(text.strip(), limit))


def plain_characters(text: str) -> str:
    """Typographic spaces, hyphens and apostrophes, control characters."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "")
    text = re.sub(r"[\u00a0\u2000-\u200b\u202f\ufeff\t\r]", " ", text)
    text = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", text)
    return text.translate({0x2019: "'", 0x2018: "'", 0x2010: "-", 0x2011: "-", 0x2026: "."})


def markup(text: str) -> str:
    """Markdown links, angle brackets around addresses, emphasis."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<((?:https?:|www\.)[^>\s]+)>", r"\1", text)
    return re.sub(r"\*\*|__|`", "", text)


def web_addresses(text: str) -> str:
    """``https://www.a-b.fr/c/d`` → « a tiret b point fr, rubrique c »."""
    return re.sub(r"\b(?:https?://|www\.)\S*[\w/]", _web_address, text)


def mail_addresses(text: str) -> str:
    """``a.b@c.fr`` → « a point b arobase c point fr »."""
    return re.sub(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda match: _address(match[0]), text)


def silent_signs(text: str) -> str:
    """Trade marks and quotation marks."""
    return re.sub(r'[®™©«»“”„"]', "", text)


def telephone_numbers(text: str) -> str:
    """Ten digits by pairs, short 39xx numbers by two."""
    text = re.sub(r"(?<![\d.,])(?:\+33|0033) ?(?:\(0\))? ?(?=[1-9])", "0", text)
    text = re.sub(r"(?<![\d.,])0[1-9](?:[ .-]?\d\d){4}(?![\d])", lambda match: _pairs(match[0]), text)
    return re.sub(r"(?<![\d.,])39[ ]?\d\d(?![\d%])", lambda match: _pairs(match[0]), text)


def times_of_day(text: str) -> str:
    """``24h/24``, ``7j/7``, ``14h30``, ``08:00-18:00``, ``24h``."""
    text = re.sub(r"\b24 ?h ?/ ?24\b", "vingt-quatre heures sur vingt-quatre", text, flags=re.IGNORECASE)
    text = re.sub(r"\b7 ?j ?/ ?7\b|\b7/7\b", "sept jours sur sept", text, flags=re.IGNORECASE)
    text = re.sub(r"(\d\d?[h:]\d\d|\d\d?h) ?[-–] ?(?=\d\d?(?:[h:]\d\d|h))", r"\1 à ", text)
    return re.sub(r"\b(\d\d?) ?(?:h ?(\d\d)?|:(\d\d))(?![\w:/])", _time, text)


def dotted_numbers(text: str) -> str:
    """Versions and network addresses: ``6.3.1`` → « 6 point 3 point 1 »."""
    return re.sub(r"(?<![\w.])\d+(?:\.\d+)+(?!\w)", lambda match: match[0].replace(".", " point "), text)


def amounts(text: str) -> str:
    """Euros and units after a number."""
    text = re.sub(r"\b(\d+)(?:,(\d\d))? ?€", _euros, text)
    units = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
    return re.sub(rf"(\d) ?({units})(?!\w)", lambda match: f"{match[1]} {UNITS[match[2]]}", text)


def abbreviations(text: str) -> str:
    """``n°``, ``M.``, ``1er``, ``2e``, ``etc.``, ``ex :``, ``(s)``."""
    text = re.sub(r"\b[nN]° ?", "numéro ", text)
    text = re.sub(r"\bM\. (?=[A-ZÀ-Ý])", "monsieur ", text)
    text = re.sub(r"\b1er\b", "premier", text)
    text = re.sub(r"\b1(?:re|ère)\b", "première", text)
    text = re.sub(r"\b(\d+)(?:e|è?me)\b", lambda m: ORDINALS.get(int(m[1]), f"{m[1]}ième"), text)
    text = re.sub(r"\betc\.", "et cetera.", text)
    text = re.sub(r"\b(?:p\. ?)?ex(?:\.| ?:) ?", "par exemple ", text)
    return text.replace("(s)", "")


def acronyms(text: str) -> str:
    """Spelled groups as spaced capitals; capitals without a vowel are spelled too."""
    return _ACRONYM.sub(lambda match: WORDS.get(match[0]) or " ".join(match[0].upper()), text)


def menu_paths(text: str) -> str:
    """``réglages > état`` → « réglages, puis état »."""
    return re.sub(r"\s*(?:>|→)\s*", ", puis ", text)


def lines_of_a_list(text: str) -> str:
    """A bullet and its line become a sentence."""
    text = re.sub(r"^ *[-–—•*o] +", "", text, flags=re.MULTILINE)
    return re.sub(r"([^\s.,;:!?])? *\n\s*", lambda match: f"{match[1]}. " if match[1] else " ", text)


def signs(text: str) -> str:
    """Dashes and parentheses pause; what is left of slashes and signs is said."""
    text = re.sub(r"\s+[-–—]+\s+|[–—]", ", ", text)
    text = re.sub(r"[()\[\]{}]", ", ", text)
    text = re.sub(r"\bet/ou\b", "et ou", text)
    text = re.sub(r"(?<=[^\W\d]) ?/ ?(?=[^\W\d])", " ou ", text)
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    return re.sub(r"[<>/|\\_~^]", " ", text)


def tidy(text: str) -> str:
    """One space, one mark at a time, none at the start."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ([,.])", r"\1", text)
    text = re.sub(r",(?: ?,)+", ",", text)
    text = re.sub(r", ?(?=[.;:?!])", "", text)
    return re.sub(r"(?<=[.;:?!]), ", " ", text).strip(" ,;")


BEFORE_LEXICON: tuple[Callable[[str], str], ...] = (
    plain_characters,
    markup,
    web_addresses,
    mail_addresses,
    silent_signs,
    telephone_numbers,
)
AFTER_LEXICON: tuple[Callable[[str], str], ...] = (
    times_of_day,
    dotted_numbers,
    amounts,
    abbreviations,
    acronyms,
    menu_paths,
    lines_of_a_list,
    signs,
    tidy,
)
"""The order matters: addresses before signs, and the lexicon before anything it may want otherwise."""

_ACRONYM = re.compile(
    r"(?<![\w/])(?:"
    + "|".join(map(re.escape, sorted((*SPELLED, *WORDS), key=len, reverse=True)))
    + r"|[BCDFGHJKLMNPQRSTVWXZ]{2,5})(?!\w)"
)


def _any_case(entry: Entry) -> bool:
    return entry.written == entry.written.lower()


def _pattern(entry: Entry) -> str:
    written = re.escape(entry.written)
    return rf"(?<!\w)(?i:{written}s?)(?!\w)" if _any_case(entry) else rf"(?<!\w){written}(?!\w)"


def _cut(text: str, limit: int) -> Iterator[str]:
    while len(text) > limit:
        window = text[:limit]
        ends = [window.rfind(mark) + len(mark) - 1 for mark in (". ", "? ", "! ", "; ")]
        end = max(ends)
        if end <= 0:
            end = max(window.rfind(", ") + 1, 0) or max(window.rfind(" "), 0) or limit
        yield text[:end].strip()
        text = text[end:].strip()
    if text:
        yield text


def _web_address(match: re.Match[str]) -> str:
    host, _, path = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0]).partition("/")
    section = path.strip("/").partition("/")[0].partition("?")[0].replace("-", " ").replace("_", " ")
    return _address(host) + (f", rubrique {section}" if section else "")


def _address(address: str) -> str:
    for sign, word in (("@", "arobase"), (".", "point"), ("-", "tiret"), ("_", "souligné"), ("+", "plus")):
        address = address.replace(sign, f" {word} ")
    return address


def _pairs(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return ", ".join(_pair(digits[i : i + 2]) for i in range(0, len(digits), 2))


def _pair(digits: str) -> str:
    if digits == "00":
        return "zéro zéro"
    return f"zéro {digits[1]}" if digits[0] == "0" else digits


def _time(match: re.Match[str]) -> str:
    hours, minutes = int(match[1]), int(match[2] or match[3] or 0)
    word = "heure" if hours < 2 else "heures"
    said = {0: "zéro", 1: "une"}.get(hours, str(hours))
    return f"{said} {word} {minutes}" if minutes else f"{said} {word}"


def _euros(match: re.Match[str]) -> str:
    word = "euro" if int(match[1]) < 2 else "euros"
    cents = int(match[2] or 0)
    return f"{match[1]} {word} {cents}" if cents else f"{match[1]} {word}"


_NO_LEXICON = Lexicon()
