"""Short explanations of terms: ``prompts/glosses.yaml``.

Recognises « c'est quoi, le PoE ? » and nothing longer: a longer question is matched like any other.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.french.phrases import bare, fold
from ivr.knowledge.document import Problems, read_table
from ivr.knowledge.files.remedies import Code


@dataclass(frozen=True, slots=True)
class Glosses:
    """Which prompt explains which term."""

    asks: tuple[str, ...]
    """Folded, longest first."""
    terms: Mapping[str, str]
    """Folded term → prompt."""

    def explaining(self, text: str) -> str | None:
        """Return the prompt that explains the term *text* asks about; None if it asks something else."""
        padded = f" {fold(text)} "
        ask = next((ask for ask in self.asks if f" {ask} " in padded), None)
        if ask is None:
            return None
        words = padded.replace(f" {ask} ", " ", 1).split()
        # « la s d a »: the letters of a spelled term look like articles, so only what precedes it is dropped
        tails = (" ".join(words[n:]) for n in range(len(words)) if not bare(" ".join(words[:n])))
        found = (self.terms.get(term) for term in (*tails, bare(" ".join(words))))
        return next((prompt for prompt in found if prompt), None)


def read_glosses(path: Path, problems: Problems, prompts: Collection[str]) -> Glosses:
    """Read *path*; every explanation must be among the spoken *prompts*."""
    table = read_table(path, problems)
    asks = sorted((fold(ask) for ask in table.texts("asks")), key=len, reverse=True)
    terms: dict[str, str] = {}
    for each in table.tables("terms"):
        prompt = each.text("line")
        if prompt and prompt not in prompts:
            each.complain("line", Code.NO_PROMPT(prompt=prompt))
        for phrase in each.texts("say"):
            term = fold(phrase)
            if terms.setdefault(term, prompt) != prompt:
                each.complain("say", Code.EXPLAINED(phrase=phrase, other=terms[term]))
        each.finish()
    table.finish()
    return Glosses(tuple(asks), terms)
