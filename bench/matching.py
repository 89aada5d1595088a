"""How fast and how well utterances are understood, beside naive rapidfuzz scorers, in one run.

Utterances: prompts/utterances.tsv, which no phrasing file contains. Times are CPU time of the asking thread.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from bench.report import asked_for_quick, percentile, publish
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import Command, Outcome
from ivr.knowledge.document import Problems
from ivr.knowledge.faq import read_faq
from ivr.knowledge.lines import read_lines
from ivr.knowledge.links import read_links
from ivr.knowledge.matching import Concepts, Matcher, Phrasings, load_concepts, load_phrasings

UTTERANCES = Path("prompts/utterances.tsv")
MANY = 1000
"""Intents of the large FAQ."""
EACH = 8
"""Phrasings of each of its intents."""
QUICK = 25
"""Phrasings of each class that are enough to see that everything runs."""
EXAMPLES = 11
"""Per intent, for the naive scorer with examples."""

Scored = tuple[str | None, float]
Scorer = Callable[[str], Scored]
"""Best intent (None: a command or nothing) and its score."""


def main() -> None:
    """Measure accuracy and time; print two tables."""
    quick = asked_for_quick(__doc__)
    phrasings = load_phrasings(Path("prompts/phrasings"))
    if quick:  # six models are learned: with all phrasings, a minute of a core
        phrasings = some(phrasings, QUICK)
    concepts = load_concepts(Path("prompts/synonyms.yaml"))
    utterances = list(read())[:: 10 if quick else 1]
    publish("matching-accuracy", list(accuracy(phrasings, concepts, utterances)))
    publish(
        "matching-time",
        list(times(phrasings, concepts, [text for _, text in utterances], 50 if quick else MANY)),
    )


def some(phrasings: Phrasings, most: int) -> Phrasings:
    """At most so many lines of each class."""
    return replace(
        phrasings,
        intents={intent: lines[:most] for intent, lines in phrasings.intents.items()},
        commands={command: lines[:most] for command, lines in phrasings.commands.items()},
        rejects={reject: lines[: 4 * most] for reject, lines in phrasings.rejects.items()},
    )


def read() -> Iterator[tuple[str, str]]:
    """Return (expected, text) of every utterance."""
    for line in UTTERANCES.read_text(encoding="utf-8").splitlines():
        expected, _, text = line.split("\t")
        yield expected, text


def accuracy(
    phrasings: Phrasings, concepts: Concepts, utterances: list[tuple[str, str]]
) -> Iterator[dict[str, object]]:
    """Right intent first, and what remains when out-of-scope may be answered at most 5 % of the time."""
    inside = [(e, t) for e, t in utterances if e in phrasings.intents]
    outside = [t for e, t in utterances if e == "none"]
    for name, score in scorers(phrasings, concepts).items():
        found = [(expected, *score(text)) for expected, text in inside]
        limit = percentile([score(text)[1] for text in outside], 95)
        yield {
            "scorer": name,
            "first": sum(e == intent for e, intent, _ in found) / len(found),
            "answered at 5 % false accepts": sum(e == i and s > limit for e, i, s in found) / len(found),
        }
    matcher = Matcher.build(phrasings, concepts)
    decided = [(e, matcher.understand([Hypothesis(t)])) for e, t in inside]
    accepted = [matcher.understand([Hypothesis(t)]).outcome is Outcome.ANSWER for t in outside]
    right = [u.outcome is Outcome.ANSWER and [c.intent for c in u.intents] == [e] for e, u in decided]
    yield {
        "scorer": f"matcher as shipped ({sum(accepted) / len(accepted):.1%} false accepts)",
        "first": sum(bool(u.intents) and u.intents[0].intent == e for e, u in decided) / len(decided),
        "answered at 5 % false accepts": sum(right) / len(right),
    }


def scorers(phrasings: Phrasings, concepts: Concepts) -> dict[str, Scorer]:
    """The naive scorers, and the matcher without some of its parts."""
    problems = Problems()
    folder = Path("prompts")
    lines = read_lines(folder / "lines", problems)
    faq = read_faq(folder / "faq", problems, read_links(folder / "links.yaml", problems, lines, {}))
    questions = {intent: (faq[intent].question,) for intent in faq.intents}
    few = {intent: lines[:EXAMPLES] for intent, lines in phrasings.intents.items()}
    return {
        "WRatio, questions": naive(questions, fuzz.WRatio),
        "token_set_ratio, questions": naive(questions, fuzz.token_set_ratio),
        f"token_set_ratio, {EXAMPLES} examples": naive(few, fuzz.token_set_ratio),
        "token_set_ratio, all phrasings": naive(phrasings.intents, fuzz.token_set_ratio),
        f"matcher, {EXAMPLES} examples": learned(replace(phrasings, intents=few), concepts),
        "matcher, no synonyms": learned(phrasings, Concepts()),
        "matcher": learned(phrasings, concepts),
    }


def naive(lines: Mapping[str, tuple[str, ...]], scorer: Callable[..., float]) -> Scorer:
    """The best of all lines by one rapidfuzz scorer."""
    flat = [(utils.default_process(text), intent) for intent, texts in lines.items() for text in texts]

    def score(text: str) -> Scored:
        found = process.extractOne(utils.default_process(text), [t for t, _ in flat], scorer=scorer)
        return flat[found[2]][1], found[1]

    return score


def learned(phrasings: Phrasings, concepts: Concepts) -> Scorer:
    """The matcher's best intent and its probability."""
    matcher = Matcher.build(phrasings, concepts)

    def score(text: str) -> Scored:
        best = matcher.believe(text)
        return (best.intents[0].intent, best.intents[0].score) if best else (None, 0.0)

    return score


def times(
    phrasings: Phrasings, concepts: Concepts, texts: list[str], most: int
) -> Iterator[dict[str, object]]:
    """p50 and p99 per utterance, with 23 and with many intents."""
    for name, taught in (("as shipped", phrasings), (f"{most} intents", many(phrasings, most))):
        began = time.perf_counter()
        matcher = Matcher.build(taught, concepts)
        built = time.perf_counter() - began
        for text in texts:
            matcher.understand([Hypothesis(text)])  # warm
        spent = []
        for text in texts * 3:
            before = time.thread_time()
            matcher.understand([Hypothesis(text)])
            spent.append((time.thread_time() - before) * 1000)
        yield {
            "FAQ": name,
            "intents": len(taught.intents),
            "p50 ms": percentile(spent, 50),
            "p99 ms": percentile(spent, 99),
            "trained in s": built,
        }


def many(phrasings: Phrasings, most: int) -> Phrasings:
    """A made-up FAQ of *most* intents: real phrasings, each intent with a word of its own."""
    chance = random.Random(1)
    lines = [line for texts in phrasings.intents.values() for line in texts]
    syllables = ["ba", "do", "fi", "gu", "la", "mo", "ni", "pu", "ra", "so", "ti", "vu"]
    intents = {}
    for number in range(most):
        word = "".join(chance.choice(syllables) for _ in range(4))
        intents[f"{word}-{number}"] = tuple(f"{chance.choice(lines)} {word}" for _ in range(EACH))
    few = {Command.AGENT: phrasings.commands[Command.AGENT][:30]}
    return replace(phrasings, intents=intents, commands=few, several=(), torn=())


if __name__ == "__main__":
    main()
