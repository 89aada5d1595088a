"""``ivr faq test``: how well the phrasings teach, and whether an edit may be published.

Prints what ``ivr.knowledge.matching.evaluation`` measures; a missed bar is exit status 1.
"""

import json
import subprocess
from pathlib import Path
from random import Random

import click

from ivr.config import FaqBars, FaqSettings, load_settings
from ivr.errors import ConfigurationError
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Concepts, Phrasings, load_concepts, load_phrasings
from ivr.knowledge.matching.evaluation import (
    AT_MOST,
    Judged,
    LeftOut,
    Report,
    cross_validate,
    leave_one_out,
    missed,
)
from ivr.knowledge.matching.noise import Recogniser
from ivr.knowledge.matching.phrasings import parse_phrasings
from ivr.progress import Progress


@click.group("faq")
def command() -> None:
    """Look after the questions and their phrasings."""


@command.command("test")
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default: ivr.toml).")
@click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True, help="Of the validation.")
@click.option("--noise", type=click.Choice(["asr"]), help="Judge under simulated recognition errors.")
@click.option("--against", metavar="REV", help="Compare with the phrasings of a git revision.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
def test(config: Path | None, folds: int, noise: str | None, against: str | None, as_json: bool) -> int:
    """Cross-validate the phrasings: accuracy, confusions, threshold curve, collisions."""
    settings = load_settings(config)
    folder = settings.prompts / "phrasings"
    phrasings, concepts = load_phrasings(folder), load_concepts(settings.prompts / "synonyms.yaml")
    before = _at_revision(folder, against) if against else None
    report = _validate(phrasings, concepts, folds, noise, settings.faq, "phrasings")
    left = leave_one_out(phrasings, concepts)
    failed = missed(report.figures(), settings.faq.bars.model_dump())
    if as_json:
        print(json.dumps(_as_json(report, left, failed), ensure_ascii=False))
    else:
        _print(report, left, settings.faq.bars)
    if before:
        _compare(report, _validate(before, concepts, folds, noise, settings.faq, f"phrasings of {against}"))
    return 1 if failed else 0


def _validate(
    phrasings: Phrasings, concepts: Concepts, folds: int, noise: str | None, faq: FaqSettings, name: str
) -> Report:
    recogniser = Recogniser.knowing(line for lines in phrasings.intents.values() for line in lines)
    chance = Random(len(phrasings.intents))
    with Progress().bar(name, folds) as done:
        return cross_validate(
            phrasings,
            concepts,
            folds,
            (lambda text: recogniser.hears(text, chance)) if noise else None,
            MatcherFactory.of(faq).thresholds,
            lambda fold: done(fold + 1),
        )


def _print(report: Report, left: LeftOut, bars: FaqBars) -> None:
    demanded = bars.model_dump()
    failed = missed(report.figures(), demanded)
    print(f"{'measure':18} {'share':>7}  bar")
    for name, share in report.figures().items():
        sign = "≤" if name in AT_MOST else "≥"
        bar = f"{sign} {demanded[name]:.1%}" if name in demanded else ""
        print(f"{name:18} {share:7.1%}  {bar}{'  MISSED' if name in failed else ''}")
    print(f"\nleave-one-out accuracy {left.accuracy:.1%}; threshold → answered rightly / wrongly:")
    print("  ".join(f"{limit:.2f} → {right:.1%} / {wrong:.1%}" for limit, right, wrong in left.curve))
    print("\nmost frequent confusions (expected → got):")
    for expected, got, count in report.confusions()[:25]:
        print(f"{count:4}  {expected} → {got}")
    print("\nphrasings that collide (left out, they are taken for another intent):")
    for hit in left.collisions:
        print(f"{hit.probability:5.0%}  {hit.intent}: « {hit.text} »\n       {hit.taken_for}: « {hit.like} »")


def _as_json(report: Report, left: LeftOut, failed: list[str]) -> dict[str, object]:
    return {
        "figures": {name: round(share, 4) for name, share in report.figures().items()},
        "missed": failed,
        "leave_one_out": round(left.accuracy, 4),
        "curve": [[round(share, 4) for share in point] for point in left.curve],
        "confusions": report.confusions(),
        "collisions": [[c.intent, c.text, c.taken_for, c.like, c.probability] for c in left.collisions],
    }


def _compare(now: Report, before: Report) -> None:
    print("\nmeasure            before     now")
    figures = before.figures()
    for name, share in now.figures().items():
        print(f"{name:18} {figures.get(name, 0.0):6.1%}  {share:6.1%}")
    known = {judged.text: judged for judged in _all(before)}
    print("\nlines whose outcome changes:")
    for judged in _all(now):
        old = known.get(judged.text)
        if old and _outcome(old) != _outcome(judged):
            print(f"  « {judged.text} »: {_outcome(old)} → {_outcome(judged)}")


def _all(report: Report) -> list[Judged]:
    return [*report.questions, *report.commands, *report.outside, *report.acts, *report.several]


def _outcome(judged: Judged) -> str:
    got = judged.got
    named = got.command or ", ".join(judged.offered)
    return f"{got.outcome.value} {named}".strip()


def _at_revision(folder: Path, revision: str) -> Phrasings:
    """Read the phrasings as *revision* of git had them."""
    names = _git(folder, "ls-tree", "--name-only", revision, "./").splitlines()
    texts = {name: _git(folder, "show", f"{revision}:./{name}") for name in names if name.endswith(".yaml")}
    if not texts:
        raise ConfigurationError(f"{folder}: no phrasings in revision {revision}")
    return parse_phrasings(texts)


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, check=True, text=True
        )
    except FileNotFoundError:
        raise ConfigurationError("git is not installed: --against needs it") from None
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or "").strip().splitlines() or ["failed"]
        raise ConfigurationError(f"{folder}: git: {reason[-1]}") from None
    return done.stdout
