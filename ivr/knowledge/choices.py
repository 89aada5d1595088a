"""Closed questions that tell intents apart: ``prompts/disambiguation.yaml``.

Reads and looks up; when to ask is decided by the dialogue.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.dialogue.ports import Choice, Disambiguation
from ivr.french.phrases import bare
from ivr.knowledge.document import Problems, Table, read_table
from ivr.knowledge.files.remedies import Code


@dataclass(frozen=True, slots=True)
class Choices:
    """Every closed question and what it is for."""

    questions: Mapping[str, Disambiguation]
    between: Mapping[frozenset[str], str]
    """Set of intents → question."""
    families: Mapping[str, str]
    """One-word subject, bare → question."""

    def telling_apart(self, intents: Sequence[str]) -> Disambiguation | None:
        """Return the question written for these intents, if there is one."""
        prompt = self.between.get(frozenset(intents))
        return self.questions[prompt] if prompt else None

    def family(self, text: str) -> Disambiguation | None:
        """Return the question that narrows *text* when it is nothing but a subject (« euh, le poste »)."""
        prompt = self.families.get(bare(text))
        return self.questions[prompt] if prompt else None


def read_choices(
    path: Path, problems: Problems, intents: Collection[str], prompts: Collection[str]
) -> Choices:
    """Read *path*; its targets must be among *intents*, its questions among the spoken *prompts*."""
    table = read_table(path, problems)
    asked = table.table("questions")
    tables = {
        name: each for name in (asked.names() if asked else ()) if (each := asked and asked.table(name))
    }
    questions: dict[str, Disambiguation] = {}
    between: dict[frozenset[str], str] = {}
    for prompt, each in tables.items():
        if prompt not in prompts:
            each.complain("", Code.NO_PROMPT(prompt=prompt))
        questions[prompt] = Disambiguation(
            prompt, tuple(_choice(c, intents, tables) for c in each.tables("choices"))
        )
        if not 2 <= len(questions[prompt].choices) <= 3:
            each.complain("choices", Code.CHOICES())
        _between(prompt, each, intents, between)
        each.finish()
    families = _families(table, questions)
    table.finish()
    return Choices(questions, between, families)


def _choice(table: Table, intents: Collection[str], questions: Collection[str]) -> Choice:
    choice = Choice(word=table.text("word"), go=table.text("go"), say=table.texts("say"))
    if choice.go and choice.go not in intents and choice.go not in questions:
        table.complain("go", Code.NEITHER(name=choice.go))
    table.finish()
    return choice


def _between(prompt: str, table: Table, intents: Collection[str], between: dict[frozenset[str], str]) -> None:
    for listed in table.lists("between"):
        for intent in set(listed) - set(intents):
            table.complain("between", Code.UNKNOWN_ANSWER(intent=intent))
        other = between.setdefault(frozenset(listed), prompt)
        if other != prompt:
            table.complain("between", Code.TOLD_APART(other=other))


def _families(table: Table, questions: Collection[str]) -> dict[str, str]:
    families: dict[str, str] = {}
    for each in table.tables("families"):
        prompt = each.text("ask")
        if prompt and prompt not in questions:
            each.complain("ask", Code.NO_CLOSED_QUESTION(prompt=prompt))
        else:
            families.update((bare(phrase), prompt) for phrase in each.texts("say"))
        each.finish()
    return families
