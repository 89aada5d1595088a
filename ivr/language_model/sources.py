"""The text that the language model is made of: the product's phrasings and answers, and general French.

Reads files and weighs sentences; estimates nothing.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from ivr.errors import ConfigurationError
from ivr.language_model.ngram import Counts
from ivr.language_model.text import words

BACKGROUND = Path(__file__).parent / "background"
NUMBERS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "vingt", "trente", "quarante", "cinquante", "soixante",
    "septante", "huitante", "octante", "nonante", "cent", "mille", "dièse", "étoile",
)  # fmt: skip
PHRASING, ANSWER, DIALOGUE, PIECE, NUMBER, GENERAL = 200.0, 0.5, 40.0, 20.0, 12.0, 0.25
"""Weights: of one intent's phrasings together, of a sentence of an answer, of a short reply, and so on."""
_SPREAD = 0.7
_LONGEST_KEYWORDS = 4
_IDENTIFIERS = {"intent", "intents", "id", "url", "kind"}
_LOST_ELISION = re.compile(r"(?<![\w'’-])(?:[cdjlmnst]|qu) (?=[aeiouyhàâéèêîôœ])", re.IGNORECASE)
_ALTERNATIVES = re.compile(r"\[([^\]]*)\]")


def collect(prompts: Path, background: Path = BACKGROUND, counts: Counts | None = None) -> Counts:
    """The weighted n-gram counts of everything under `prompts` and `background`, in `counts` if given."""
    counts = Counts() if counts is None else counts
    pieces = list(_pieces(background / "conversation.txt"))
    for sentences in phrasings(prompts):
        weight = PHRASING / len(sentences) ** _SPREAD
        for index, sentence in enumerate(sentences):
            _add_question(counts, words(sentence), weight, pieces, index)
    for sentence in answers(prompts):
        counts.add(words(sentence), ANSWER)
    _add_background(counts, background)
    _add_numbers(counts)
    return counts


def phrasings(prompts: Path) -> Iterator[list[str]]:
    """The phrasings of each intent, one list per file of `prompts/phrasings`.

    Lines that imitate a recogniser's mistakes teach the matcher, not us; they are left out.
    """
    for path in sorted((prompts / "phrasings").glob("*.yaml")):
        content = _load(path)
        sentence_case = isinstance(content, dict) and "intent" in content
        sentences = sorted({text for text in _strings(content) if not _misheard(text, sentence_case)})
        if sentences:
            yield sentences


def answers(prompts: Path) -> Iterator[str]:
    """The sentences of `prompts/faq`: titles, answers, menus."""
    for path in sorted((prompts / "faq").rglob("*.yaml")):
        for text in _strings(_load(path)):
            yield from (part for part in re.split(r"[.!?;:\n]+", text) if part.strip())


def respellings(prompts: Path) -> dict[str, str]:
    """How single words are said, from `prompts/lexicon.yaml` (`written`, `spoken`)."""
    path = prompts / "lexicon.yaml"
    entries = _load(path) if path.exists() else []
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else []:
        written = words(str(entry.get("written", "")))
        if len(written) == 1 and entry.get("spoken"):
            found[written[0]] = str(entry["spoken"]).lower()
    return found


def expand(template: str) -> list[str]:
    """Every reading of a line with `[a|b]` alternatives."""
    parts = _ALTERNATIVES.split(template)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return ["".join(choice) for choice in itertools.product(*choices)]


def _add_question(
    counts: Counts, question: list[str], weight: float, pieces: list[list[str]], index: int
) -> None:
    if not question:
        return
    counts.add(question, weight)
    counts.add_fragment(question, weight / 2)
    for step in range(2):
        piece = pieces[(2 * index + step) % len(pieces)]
        counts.add([*piece, *question], weight / 8)
        counts.add([*question, *piece], weight / 16)


def _add_background(counts: Counts, folder: Path) -> None:
    for line in _lines(folder / "dialogue.txt"):
        counts.add(words(line), DIALOGUE)
    for line in _lines(folder / "conversation.txt"):
        readings = [words(reading) for reading in expand(line.removeprefix("+"))]
        for reading in readings:
            weight = 6 * PIECE / len(readings)
            counts.add(reading, weight / 4 if line.startswith("+") else weight / 2)
            counts.add_fragment(reading, weight)
    for line in _lines(folder / "ngrams.tsv"):
        gram, _, count = line.rpartition("\t")
        *history, word = gram.split(" ")
        counts.after[tuple(history)][word] += GENERAL * int(count) ** 0.75


def _add_numbers(counts: Counts) -> None:
    for one in NUMBERS:
        counts.add([one], NUMBER)
        for other in NUMBERS:
            counts.add_fragment([one, other], NUMBER / len(NUMBERS))
            counts.add_fragment(["et", one], NUMBER / len(NUMBERS) / 4)


def _pieces(path: Path) -> Iterable[list[str]]:
    return (words(line[1:]) for line in _lines(path) if line.startswith("+"))


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _load(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}:{line}: not valid YAML ({error.problem}); correct it") from error


def _misheard(text: str, sentence_case: bool) -> bool:
    """Whether a line imitates mistakes: a lost elision, or small letters in a sentence."""
    small = sentence_case and text[:1].islower() and len(text.split()) > _LONGEST_KEYWORDS
    return small or _LOST_ELISION.search(text) is not None


def _strings(value: object, key: str = "") -> Iterator[str]:
    """The texts of a document; identifiers are no speech."""
    if isinstance(value, str) and key not in _IDENTIFIERS:
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _strings(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, key)
