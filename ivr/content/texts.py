"""Texts as supervisors write them: what will sound wrong, what is missing, which question they belong to.

Reads strings; keeps nothing.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping

from ivr.content.draft import Invalid, Loaded
from ivr.content.linting import lint
from ivr.content.problems import Problem

LONGEST_LINE = 10.0
"""Seconds of a spoken step: what a caller keeps in mind."""


def touched_intents(changes: Iterable[str]) -> frozenset[str]:
    """Return the questions that *changes* (paths in ``prompts/``) belong to."""
    found = (re.match(r"(?:faq|phrasings)/([\w-]+)\.yaml|recordings/([\w-]+)\.", path) for path in changes)
    return frozenset(match[1] or match[2] for match in found if match)


def phrases_of(text: str) -> list[str]:
    """Return the phrasings of a text field: one per line, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def remarks_on(text: str, loaded: Loaded, words_per_minute: int) -> Iterator[str]:
    """Yield what will sound wrong in *text*."""
    return lint(text, loaded.lexicon, loaded.accents, words_per_minute)


def seconds_of(text: str, words_per_minute: int) -> float:
    """Return how long *text* lasts, about."""
    return len(text.split()) * 60 / words_per_minute


def check_texts(
    path: str, fields: Mapping[str, str], lines: Mapping[str, str], words_per_minute: int
) -> None:
    """Raise Invalid for an empty field, which the loaders may take for a text, and for lines that last."""
    empty = [name for name in ("question", "label", "choice-word", "display") if not fields.get(name, " ")]
    empty += [f"lines.{name}.text" for name, text in lines.items() if not text.strip()]
    problems = [Problem(path, key, "Écrivez un texte : ce champ est vide.") for key in empty]
    for name, text in lines.items():
        if (seconds := seconds_of(text, words_per_minute)) > LONGEST_LINE:
            told = f"Environ {math.ceil(seconds)} secondes : coupez en deux étapes de dix secondes au plus."
            problems.append(Problem(path, f"lines.{name}.text", told))
    if problems:
        raise Invalid(tuple(problems))
