"""The loaders' complaints, in a supervisor's words and at the field he filled in.

Translates; finds nothing by itself. A complaint it does not know is shown as it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_COMPLAINT = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): (?:(?P<key>[\w.\[\]-]+): )?(?P<remedy>.+)")

_CHOICES = (
    (r".*\.go", "Choisissez où mène cette réponse."),
    (r"known\[\d+\]\.line", "Choisissez la question."),
    (r"openings\[\d+\]\.start|catalogue\.(unknown|items\[\d+\]\.line)", "Choisissez l'étape à dire."),
)
"""What is missing where nothing is written but chosen."""
_FRENCH = (
    (r"(\d+) words, at most (\d+): split the line", r"\1 mots, \2 au plus : coupez en deux étapes."),
    (r"a sentence of (\d+) words, at most (\d+): (.+)", r"Une phrase de \1 mots, \2 au plus : \3"),
    (r"two questions in one line: .+", "Deux questions dans la même étape : gardez la dernière."),
    (r"spell the figure « (.+) » in words", r"Écrivez le chiffre « \1 » en toutes lettres."),
    (r"an address cannot be spoken: .+", "Une adresse ne se dit pas : nommez le document, on l'enverra."),
    (r"« (.+) » cannot be spoken: .+", r"« \1 » ne se prononce pas : écrivez-le en mots."),
    (r"French typography: .+ « (.+) »", r"Il manque une espace avant ou après « \1 »."),
    (r"unknown slot (.+); known: .+", r"La valeur \1 n'existe pas."),
    (r"a brace that is no slot: .+", "Une accolade est seule : retirez-la."),
    (r"nothing fills (\{.+\}) here: .+", r"Rien ne remplace \1 ici : retirez-le."),
    (r"keep the slot (.+)", r"Gardez \1 : la ligne y met une valeur."),
    (r"missing: list the phrases that callers use", "Écrivez les mots de l'appelant."),
    (r"missing: give it a text", "Écrivez un texte : ce champ est vide."),
    (r"« question » needs a text .+", "Cette étape doit se terminer par une question."),
    (
        r"asks a question, so .+",
        "Cette étape pose une question : choisissez « L'appelant répond à la question », ou reformulez.",
    ),
    (r"missing: « .+ » announces a line that follows", "Choisissez l'étape suivante."),
    (r"never played after « .+ »: .+", "Aucune étape ne peut suivre celle-ci."),
    (r"missing: a question needs its replies", "Dites où mène chaque réponse de l'appelant."),
    (r"say where both « oui » and « non » lead", "Dites où mènent « oui » et « non »."),
    (r"missing: name the document .+", "Choisissez le document."),
    (r"needs either « reply » .+", "Écrivez ce que dit l'appelant, ou choisissez oui ou non."),
    (r"no line « (.*) » in this answer; .+", r"L'étape « \1 » n'existe plus : choisissez-en une autre."),
    (r"never reached: .+", "Rien ne mène à cette étape : choisissez-la comme suite, ou retirez-la."),
    (
        r"« (.+) » asks nothing: only .+",
        r"« \1 » ne pose plus de question.",
    ),
    (r"« (.+) » is not one of: .+", r"« \1 » n'est pas un choix possible."),
    (r"« (.+) » is neither an intent nor a question .+", r"La question « \1 » n'existe pas."),
    (r"a closed question has two or three", "Il faut deux ou trois choix."),
    (r"no answers here: .+", "Gardez au moins une question."),
    (r"must not be empty|missing", "Écrivez un texte : ce champ est vide."),
    (r"add « (.+) » to this answer's .+", r"Le document « \1 » sert dans cette réponse : gardez-le coché."),
    (r"no document « (.+) » in links.yaml", r"Le document « \1 » n'existe pas."),
    (r"no answer « (.+) » in the FAQ", r"La question « \1 » n'existe pas."),
    (r"« (.+) » already stands for (.+): .+", r"« \1 » désigne déjà « \2 » : choisissez un autre mot."),
    (r"\((.+)\): write \(lien:KEY\).+", r"(\1) : écrivez (lien:DOCUMENT), (intent:QUESTION) ou https."),
    (r"write at least one line", "Écrivez au moins une façon de poser la question."),
    (r"must be a list of texts: .+", "Une ligne de la liste est vide ou illisible."),
    (
        r"an announcement asks nothing: .+",
        "Un message ne pose pas de question : celle de l'appelant vient après.",
    ),
    (r"nothing fills a slot here: .+", "Rien ne remplace les mots entre accolades ici : retirez-les."),
    (r"« (.*) » is no span: .+", r"« \1 » n'est pas une plage : donnez le début puis la fin."),
    (r"two spans overlap: .+", "Deux plages se chevauchent : réunissez-les."),
    (r"« (.*) » is no date: .+", r"« \1 » n'est pas une date."),
    (r"« (.*) » is no queue: .+", r"« \1 » n'est pas un nom de file : lettres sans accent, chiffres, - . _"),
    (r"must come after « day », .+", "Le dernier jour vient après le premier, un an plus tard au plus."),
    (r"no « (.+) »; known: .+", r"« \1 » n'est pas une région connue."),
    (r"(.+) is there twice", r"\1 est déjà dans le lexique."),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What must change before the draft can be kept."""

    path: str
    """File, relative to ``prompts/``."""
    key: str
    """Key in that file, e.g. ``lines.r.text``; empty for the file as a whole."""
    remedy: str
    """In French."""


def problems_in(message: str, folder: Path) -> tuple[Problem, ...]:
    """Return the complaints of a ConfigurationError about files in *folder*."""
    return tuple(_problem(line, folder) for line in message.splitlines() if line.strip())


def at(problems: Iterable[Problem], path: str, *keys: str) -> list[str]:
    """Return the remedies for *path* under any of *keys*, or keys below them."""
    return [
        problem.remedy
        for problem in problems
        if problem.path == path
        and any(problem.key == key or problem.key.startswith((f"{key}.", f"{key}[")) for key in keys)
    ]


def _problem(line: str, folder: Path) -> Problem:
    found = _COMPLAINT.fullmatch(line)
    if found is None:
        return Problem("", "", line)
    path = Path(found["file"])
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    key = found["key"] or ""
    choice = told_by(_CHOICES, key) if found["remedy"].startswith("missing: give") else None
    return Problem(name, key, choice or french(found["remedy"]))


def french(remedy: str) -> str:
    """Return *remedy* in French."""
    return told_by(_FRENCH, remedy) or remedy


def told_by(told: Iterable[tuple[str, str]], message: str) -> str | None:
    """Return the text beside the first pattern that *message* matches whole, its groups filled in."""
    for pattern, text in told:
        if found := re.fullmatch(pattern, message):
            return found.expand(text)
    return None
