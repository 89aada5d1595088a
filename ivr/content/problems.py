"""What the loaders refuse, in a supervisor's words and at the field he filled in.

Finds nothing by itself; the words are those of ``ivr.knowledge.files.remedies``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import ConfigurationError
from ivr.knowledge.files.remedies import Code, FilesRefused, Found

_CHOICES = (
    (r".*\.go", "Choisissez où mène cette réponse."),
    (r"known\[\d+\]\.line", "Choisissez la question."),
    (r"openings\[\d+\]\.start|catalogue\.(unknown|items\[\d+\]\.line)", "Choisissez l'étape à dire."),
)
"""What is missing where nothing is written but chosen."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What must change before the draft can be kept."""

    path: str
    """File, relative to ``prompts/``."""
    key: str
    """Key in that file, e.g. ``lines.r.text``; empty for the file as a whole."""
    remedy: str
    """In French."""


def problems_in(error: ConfigurationError, folder: Path) -> tuple[Problem, ...]:
    """Return what *error* says of files in *folder*; what is no file's is the operator's to read."""
    if isinstance(error, FilesRefused):
        return tuple(_problem(found, folder) for found in error.found)
    return (Problem("", "", f"L'exploitant doit le corriger : {error}"),)


def at(problems: Iterable[Problem], path: str, *keys: str) -> list[str]:
    """Return the remedies for *path* under any of *keys*, or keys below them."""
    return [
        problem.remedy
        for problem in problems
        if problem.path == path
        and any(problem.key == key or problem.key.startswith((f"{key}.", f"{key}[")) for key in keys)
    ]


def _problem(found: Found, folder: Path) -> Problem:
    path = Path(found.file)
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    chosen = (told for pattern, told in _CHOICES if re.fullmatch(pattern, found.key))
    told = next(chosen, None) if found.remedy.code is Code.MISSING else None
    return Problem(name, found.key, told or found.remedy.french)
