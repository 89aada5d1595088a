"""What will sound wrong in a spoken text, although it may be said: advice while one writes.

Pure. What may not be said at all is refused by the loaders (``ivr.knowledge.wording``).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ivr.french.spoken import SPELLED, WORDS, Lexicon

LONGEST_SENTENCE = 10.0
"""Seconds: what a caller can keep in mind."""

_ACRONYM = re.compile(r"\b[A-ZÀ-Ý][A-Za-z]*[A-Z][A-Za-z/]*\b|\b[A-Z]{2,}\b")
_ADDRESS = re.compile(r"https?:\S+|www\.\S+|\b[\w.-]+@[\w.-]+|\b[\w-]+\.(?:fr|com|net|org)\b")
_ARROW = re.compile(r"→|⇒|->|=>|\s>\s")
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
_SCREEN = re.compile(r"\b(?:cliquez|ci-dessous|ci-dessus|ci-joint|téléchargez|cet écran)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def lint(text: str, lexicon: Lexicon, accents: Mapping[str, str], words_per_minute: int) -> Iterator[str]:
    """Yield what will sound wrong in *text*, in French. *accents* is :func:`accents_of` what is published."""
    if found := _ADDRESS.search(text):
        yield f"« {found[0]} » : une adresse ne se retient pas à l'oreille. Proposez plutôt de l'envoyer."
    if found := _ARROW.search(text):
        yield f"« {found[0].strip()} » : une flèche ne s'entend pas. Écrivez « puis »."
    if found := _SCREEN.search(text):
        yield f"« {found[0]} » : l'appelant n'a pas de page sous les yeux."
    written = {entry.written for entry in lexicon.entries} | set(SPELLED) | set(WORDS)
    for acronym in dict.fromkeys(_ACRONYM.findall(text)):
        if not written & {acronym, acronym.lower()}:
            yield f"« {acronym} » n'est pas dans le lexique : écoutez comment la voix le prononce."
    for word in dict.fromkeys(_WORD.findall(text)):
        if right := accents.get(word.lower()):
            yield f"« {word} » : vouliez-vous écrire « {right} » ?"
    for sentence in _SENTENCE.findall(text):
        seconds = len(sentence.split()) * 60 / words_per_minute
        if seconds > LONGEST_SENTENCE:
            yield f"« {sentence.strip()[:40]}… » dure environ {seconds:.0f} secondes : coupez après dix."


def accents_of(texts: Iterable[str]) -> Mapping[str, str]:
    """Return, for each word that *texts* always write with an accent, its form without → the right one."""
    counted = Counter(word.lower() for text in texts for word in _WORD.findall(text))
    found: dict[str, str] = {}
    for word, _ in counted.most_common():
        bare = _without_accents(word)
        if len(word) > 3 and bare != word and bare not in counted:
            found.setdefault(bare, word)
    return found


def _without_accents(word: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each))
