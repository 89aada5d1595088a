"""French as it is heard on a telephone, brought to one spelling per word.

Pure text work: no meaning is decided here, and nothing is ever raised about what a caller said.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LONGEST = 1500
"""Characters of an utterance that are looked at; twenty seconds of fast speech are about 500."""

FOLDED = 4096
"""Texts of which the form without accents is remembered: mostly words, asked for again and again."""

ELIDED = frozenset(["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quelqu"])
"""What stands before an apostrophe, and what a recogniser writes as a word of its own."""

FILLERS = frozenset({
    "ah", "allo", "alors", "bah", "beh", "ben", "bon", "bref", "dis", "dites", "ecoutez", "eh", "enfin",
    "euh", "genre", "hein", "hem", "heu", "hm", "hop", "hum", "la", "mh", "mmh", "oh", "ouf", "pff", "pfff",
    "tiens", "voila", "malheureusement", "apparemment", "franchement",
})  # fmt: skip
"""Words that carry no request. « là » folds to « la » and is only dropped where no noun follows."""

_CONTRACTIONS = (
    (r"\bchuis\b|\bj ?suis\b", "je suis"),
    (r"\bchais pas\b|\bche sais pas\b|\bj ?sais pas\b", "je sais pas"),
    (r"\bchuis\b", "je suis"),
    (r"\bj'?peux\b", "je peux"),
    (r"\bj'?veux\b", "je veux"),
    (r"\bj'?voudrais\b", "je voudrais"),
    (r"\bil y a\b|\by'a\b|\bya\b|\by'en a\b|\bil y en a\b", "y a"),
    (r"\bt'(as|es|arrives|avais)\b", r"tu \1"),
    (r"\bpus\b", "plus"),
    (r"\by (?=s['e ])", "il "),
    (r"\bpantoute\b", "pas du tout"),
    (r"\bpasque\b|\bparske\b|\bpasqu'", "parce que "),
    (r"\bil faut\b", "faut"),
    (r"\bil faudrait\b", "faudrait"),
    (r"\bquelqu un\b|\bquelqu'un\b|\bqqun\b", "quelqun"),
    (r"\baujourd'hui\b|\baujourd hui\b", "aujourdhui"),
    (r"\bd'accord\b|\bd accord\b", "daccord"),
    (r"\bsvp\b|\bstp\b|\bs'?il (?:vous|te) pla[iî][ts]?\b", " silvousplait "),
    (r"\bs il (?:vous|te) pla[iî][ts]?\b", " silvousplait "),
    (
        r"\best[ -]ce qu[e']|\bes[ -]ce qu[e']|\besce qu[e']|\besque\b|\bes qu[e']?(?= )|\best ce qu\b",
        "estceque ",
    ),
    (r"\bqu'?est[ -]ce qu[ei']|\bqu es[t]?[ -]ce qu[ei']?(?= )|\bqu es que\b", "questceque "),
    (r"\be[ -]?mails?\b|\bmels?\b|\bcourriels?\b", "mail"),
    (r"\bt c p i p\b|\btcp[ /-]ip\b", "tcpip"),
    (r"\b[vw] v x\b|\bvé vé ix[e]?\b|\bvv x\b|\bv v ix\b", "vvx"),
    (r"\bp o e\b|\bpo[éè]\b|\bpower over ethernet\b", "poe"),
    (r"\bs d a\b|\best des as\b", "sda"),
    (r"\bo t t\b", "ott"),
    (r"\bp a b x\b|\bpabix\b", "pabx"),
    (r"\bl a n\b", "lan"),
    (r"\b[iy] p\b", "ip"),
    (r"\bu c e p\b", "ucep"),
    (r"\bb flex\b|\bbé flex\b", "bflex"),
    (r"\bcentre ex\b|\bsentrex\b", "centrex"),
)
_CONTRACTION_RULES = [(re.compile(pattern), into) for pattern, into in _CONTRACTIONS]
_CONTRACTED = re.compile("|".join(f"(?:{pattern})" for pattern, _ in _CONTRACTIONS))
"""One search for all of them: seven utterances of eight have none."""

_POLITE = [
    re.compile(pattern)
    for pattern in (
        r"\b(?:re)?bonjour\b(?: (?:[aà] vous|madame|monsieur|messieurs dames|tout le monde))*",
        r"\bbonsoir (?=\w)",
        r"\bsilvousplait\b",
        r"\b(?:monsieur|madame|mademoiselle|messieurs)\b",
        r"\bje vous (?:en )?prie\b",
        r"\b(?:je vous appelle|j appelle|c est) (?:parce que|car)\b",
        r"^(?:oui )?(?:excusez moi|excuse moi|pardon|d[eé]sol[eé]e?) (?=\w+ \w+ \w)",
        r"\bsi (?:ca|cela) (?:vous|te) (?:d[eé]range|ennuie) pas\b",
        r"\bmerci (?:d avance|beaucoup)? ?de (?:me|m|bien|votre)\b",
        r"\bmerci d avance\b",
    )
]

_WORD = re.compile(r"[a-z0-9à-öø-ÿ]+")
_PUNCTUATION = re.compile(r"[?!;:.,…]+(?=\s|$)")
_KEEP_TOGETHER = re.compile(r"(?<=\d)[.,](?=\d)")


def clean(text: str) -> str:
    """Lower-case *text*, with one kind of apostrophe and space, and no control characters."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text[:LONGEST]).lower())
    text = text.replace("’", "'").replace("ʼ", "'").replace("`", "'").replace("œ", "oe").replace("æ", "ae")
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def expand(text: str) -> str:
    """Spell out spoken contractions and join spelled acronyms in a :func:`clean` text."""
    text = text.replace("-t-il", " il").replace("-t-on", " on").replace("-t-elle", " elle")
    if _CONTRACTED.search(text):
        for pattern, into in _CONTRACTION_RULES:
            text = pattern.sub(into, text)
    return text


@lru_cache(maxsize=FOLDED)
def fold(text: str) -> str:
    """Remove accents: recognisers and hurried typists disagree about them."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """Return the words that carry the request, without politeness, fillers and stammering.

    « Hein ? », « allô » and « voilà » count where nothing else was said; without a word the list is empty.
    """
    joined = " ".join(_WORD.findall(_KEEP_TOGETHER.sub(" ", expand(clean(text)))))
    for pattern in _POLITE:
        joined = pattern.sub(" ", joined)
    return _unstammered(_unfilled(joined.split()))


def clauses(text: str) -> list[str]:
    """Split at punctuation, for texts that have any (typed, or written by a recogniser that punctuates)."""
    return [part for part in (p.strip() for p in _PUNCTUATION.split(clean(text))) if part]


_NEGATORS = frozenset({"n", "ne"})
_ALONE = frozenset({"hein", "allo", "voila"})
"""Fillers that mean something when they are all there is."""
_JUDGED = frozenset({"est", "pas", "tout", "etait", "sera", "serait", "fait", "le", "trop", "semble"})
"""Before « bon » these make it a word: « c'est bon », « pas bon », « le bon »."""


def _unfilled(tokens: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for position, token in enumerate(tokens):
        plain = fold(token)
        if plain in _NEGATORS:
            continue  # spoken French drops it, « pas » remains
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        article = token == "la" and following and fold(following) not in FILLERS
        judged = plain == "bon" and position and fold(tokens[position - 1]) in _JUDGED
        if article or judged or plain not in FILLERS:
            kept.append(token)
    return kept or [token for token in tokens if fold(token) in _ALONE]


def _unstammered(tokens: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for token in tokens:
        if kept and fold(kept[-1]) == fold(token):
            continue
        if len(kept) >= 3 and (kept[-1], token) == (kept[-3], kept[-2]):  # « je le je le voudrais »
            kept.pop()
            continue
        kept.append(token)
    return kept
