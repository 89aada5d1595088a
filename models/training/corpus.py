"""What the synthetic callers say: support questions, dialogue words, numbers, general French.

Text only; `utterances.tsv` and every other evaluation set stay out of it.
"""

import random
import re
import subprocess
from pathlib import Path

from num2words import num2words

DIALOGUE = [
    "oui",
    "non",
    "oui merci",
    "non merci",
    "oui bien sûr",
    "c'est ça",
    "d'accord",
    "très bien",
    "merci beaucoup",
    "au revoir",
    "bonjour",
    "allô",
    "répéter",
    "répétez s'il vous plaît",
    "pouvez-vous répéter",
    "je n'ai pas compris",
    "je n'ai pas entendu",
    "pardon",
    "comment",
    "suite",
    "la suite",
    "suivant",
    "continuer",
    "retour",
    "précédent",
    "revenir au menu",
    "menu principal",
    "aide",
    "aidez-moi",
    "un conseiller",
    "conseiller",
    "je veux parler à un conseiller",
    "parler à quelqu'un",
    "une personne s'il vous plaît",
    "moins vite",
    "plus lentement",
    "plus fort",
    "stop",
    "arrêter",
    "annuler",
    "attendez",
    "un instant",
    "la première",
    "la deuxième",
    "la troisième",
    "le premier",
    "le deuxième",
    "une autre question",
    "c'est tout",
    "sans enregistrement",
    "je ne sais pas",
    "tarifs",
    "international",
    "installation",
    "postes",
    "fonctionnalités",
    "utilisateurs",
    "mot de passe",
    "identifiants",
    "facture",
    "envoyez-moi un sms",
    "envoyer par mail",
    "rappelez-moi",
    "ça ne marche pas",
    "ça marche",
    "c'est bon",
    "pas du tout",
    "exactement",
]
DIGITS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
NUMBERS = [*(num2words(number, lang="fr") for number in range(100)), "cent", "mille", "dièse", "étoile"]
REGIONAL = {
    f"{ten}{unit}": f"{word} {'et un' if unit == 1 else num2words(unit, lang='fr') if unit else ''}".strip()
    for ten, word in ((7, "septante"), (8, "huitante"), (9, "nonante"))
    for unit in range(10)
}
"""Numbers as Switzerland and Belgium say them."""
OPENERS = [
    "bonjour",
    "bonjour je voudrais savoir",
    "j'aimerais savoir",
    "est-ce que vous pouvez me dire",
    "dites-moi",
    "alors",
    "euh",
    "en fait",
    "je vous appelle parce que",
    "excusez-moi",
    "j'ai une question",
    "voilà",
    "bonsoir",
    "je me demandais",
]
FRAMES = [
    "comment faire pour",
    "est-ce que je peux",
    "je voudrais",
    "je n'arrive pas à",
    "je n'arrive plus à",
    "où est-ce que je trouve",
    "qu'est-ce qu'il faut faire pour",
    "à quoi sert",
    "il faudrait",
    "j'ai besoin de",
    "on voudrait",
    "c'est possible de",
    "j'ai perdu",
    "combien coûte",
    "à partir de quand",
    "pourquoi",
    "je cherche",
    "mon collègue veut",
    "impossible de",
]


def sentences_of(text: str) -> list[str]:
    """The speakable sentences of running text: 2 to 16 words, letters and plain punctuation only."""
    found = []
    for raw in re.split(r"(?<=[.!?;:])\s+|\n\s*\n", text):
        sentence = " ".join(raw.split()).strip(" .;:!?-•–«»")
        words = sentence.split()
        if 2 <= len(words) <= 16 and re.fullmatch(r"[A-Za-zÀ-ÿœŒ ,'’-]+", sentence):
            found.append(sentence.replace("’", "'"))
    return found


def fetch_descriptions(folder: Path) -> Path:
    """Download the French package descriptions with apt into a private folder; returns its lists."""
    lists, cache = folder / "lists", folder / "cache"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    (cache / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    places = ["-o", f"Dir::State::Lists={lists.resolve()}", "-o", f"Dir::Cache={cache.resolve()}"]
    command = ["apt-get", *places, "-o", "Acquire::Languages=fr", "-qq", "update"]
    subprocess.run(command, check=True, timeout=600)
    return lists


def package_descriptions(lists: Path) -> list[str]:
    """French sentences of the Translation-fr index that apt keeps in `lists` (Acquire::Languages=fr)."""
    found: set[str] = set()
    for index in sorted(lists.glob("*Translation-fr*")):
        text = subprocess.run(
            ["/usr/lib/apt/apt-helper", "cat-file", str(index)], capture_output=True, check=True, text=True
        ).stdout
        body = re.sub(r"^(Package|Description-md5): .*$", "", text, flags=re.M)
        body = re.sub(r"^Description-fr: .*$", "", body, flags=re.M)
        body = re.sub(r"^ \.$", "", body, flags=re.M)
        found.update(sentences_of(body))
    return sorted(found)


class TextSource:
    """Draws the next thing a synthetic caller says."""

    def __init__(self, domain: list[str], general: list[str]) -> None:
        self._domain = domain
        self._general = general
        self._words = sorted({word for line in [*domain, *general] for word in line.split() if len(word) > 2})

    def draw(self, rng: random.Random) -> str:
        """One utterance; the share of each kind of text is fixed here."""
        kind = rng.random()
        if kind < 0.45:
            return self._question(rng)
        if kind < 0.55:
            return rng.choice(DIALOGUE)
        if kind < 0.60:
            return rng.choice(DIGITS)
        if kind < 0.70:
            return _numbers(rng)
        if kind < 0.80:
            return " ".join(rng.choice(self._words) for _ in range(rng.randint(1, 6)))
        return rng.choice(self._general)

    def _question(self, rng: random.Random) -> str:
        if rng.random() < 0.3:
            words = [rng.choice(self._words) for _ in range(rng.randint(1, 4))]
            return " ".join([rng.choice(FRAMES), *words])
        question = rng.choice(self._domain)
        return f"{rng.choice(OPENERS)} {question}" if rng.random() < 0.4 else question


def _numbers(rng: random.Random) -> str:
    """One number, a few in a row, or a telephone number in pairs."""
    kind = rng.random()
    if kind < 0.4:
        return rng.choice([*NUMBERS, *REGIONAL.values()] if rng.random() < 0.2 else NUMBERS)
    if kind < 0.7:
        return " ".join(rng.choice(NUMBERS) for _ in range(rng.randint(2, 6)))
    pairs = [f"zéro {rng.choice(DIGITS[1:])}", *(_pair(rng) for _ in range(4))]
    return ", ".join(pairs) if rng.random() < 0.5 else " ".join(pairs)


def _pair(rng: random.Random) -> str:
    number = rng.randrange(100)
    return f"zéro {DIGITS[number]}" if number < 10 else NUMBERS[number]
