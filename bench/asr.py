"""Measures recognisers on folders made by `bench/asr_sets.py`: error rates, decisions, speed.

Every model given is run on the same audio in the same process order; prints one table per model.
"""

import argparse
import csv
import json
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
import vosk

from ivr.dialogue.events import Hypothesis
from ivr.knowledge.matching import Matcher, load_concepts, load_phrasings
from ivr.language_model.text import joined, words
from models.training.distance import edit_distance

PACKET = 3200
DIALOGUE = ("oui", "non", "la suite", "retour", "répéter", "moins vite", "un conseiller")
NUMBERS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
TENS = [
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
]
TEENS = ["dix sept", "dix huit", "dix neuf"]


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance of a set."""

    set: str
    path: Path
    text: str
    intent: str


@dataclass(slots=True)
class Tally:
    """Results of one set: errors and words per clip, decisions, confidences, time."""

    errors: list[tuple[int, int]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    meant: list[tuple[str, str]] = field(default_factory=list)
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    audio: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser made of a clip."""

    words: tuple[str, ...]
    confidences: tuple[float, ...]


def read_sets(folder: Path) -> list[Clip]:
    """The clips of a folder."""
    with (folder / "sets.tsv").open(encoding="utf-8", newline="") as table:
        rows = csv.reader(table, delimiter="\t")
        return [Clip(name, folder / path, text, intent) for name, path, text, intent in rows]


def hear(model: vosk.Model, clip: Clip, grammar: Sequence[str] | None, tally: Tally) -> Heard:
    """Decode one clip in 200 ms packets, as a call would."""
    samples, _ = soundfile.read(clip.path, dtype="int16")
    data = samples.tobytes()
    started = time.process_time()
    options = [json.dumps([*grammar, "[unk]"], ensure_ascii=False)] if grammar else []
    recogniser = vosk.KaldiRecognizer(model, 8000, *options)
    recogniser.SetWords(True)
    results = []
    for start in range(0, len(data), PACKET):
        if recogniser.AcceptWaveform(data[start : start + PACKET]):
            results.append(json.loads(recogniser.Result()))
    results.append(json.loads(recogniser.FinalResult()))
    tally.cpu += time.process_time() - started
    tally.audio += len(samples) / 8000
    found = [word for result in results for word in result.get("result", [])]
    return Heard(tuple(word["word"] for word in found), tuple(word["conf"] for word in found))


def transcribe(model: vosk.Model, clips: list[Clip], show: int) -> Tally:
    """Open decoding: word errors and confidences."""
    tally = Tally()
    for number, clip in enumerate(clips):
        heard = hear(model, clip, None, tally)
        expected, found = words(clip.text), [word for word in heard.words if word != "[unk]"]
        tally.meant.append((joined(found), clip.intent))
        tally.errors.append((edit_distance(found, expected), len(expected)))
        known = set(expected)
        tally.confidences += [(c, w in known) for w, c in zip(heard.words, heard.confidences, strict=True)]
        if number < show:
            print(f"    {clip.text!r} -> {joined(found)!r}")
    return tally


def choose(model: vosk.Model, clips: list[Clip], phrases: Sequence[str], show: int) -> Tally:
    """Closed decoding: a clip whose text is a phrase must give it, any other must not give one alone."""
    tally = Tally()
    for clip in clips:
        heard = hear(model, clip, phrases, tally)
        found = " ".join(word for word in heard.words)
        expected = " ".join(words(clip.text))
        right = found == expected if expected in phrases else found not in phrases
        tally.right.append(right)
        if not right and show:
            print(f"    {clip.set}: {expected!r} -> {found!r}")
    return tally


def understood(meant: Sequence[tuple[str, str]], prompts: Path) -> list[bool]:
    """Whether the matcher finds, among its candidates for each transcript, what the caller wanted."""
    matcher = Matcher.build(load_phrasings(prompts / "phrasings"), load_concepts(prompts / "synonyms.yaml"))
    found = []
    for text, wanted in meant:
        result = matcher.understand([Hypothesis(text)])
        best = (
            {candidate.intent for candidate in result.intents[:1]}
            if result.outcome.value != "reject"
            else set()
        )
        names = best | {result.command.value if result.command else ""}
        found.append(bool(names & set(wanted.split("+"))))
    return found


def interval(shares: Sequence[tuple[float, float]], draws: int = 1000) -> tuple[float, float]:
    """The 95 % bootstrap interval of a ratio of sums."""
    values = np.array(shares, float)
    picks = np.random.default_rng(0).integers(0, len(values), (draws, len(values)))
    ratios = values[picks, 0].sum(1) / np.maximum(values[picks, 1].sum(1), 1)
    return float(np.quantile(ratios, 0.025)), float(np.quantile(ratios, 0.975))


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a proportion."""
    z, share = 1.96, right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * float(np.sqrt(share * (1 - share) / total + z * z / (4 * total * total)))
    return middle - half, middle + half


def report_words(name: str, tally: Tally) -> None:
    """One line for an open set."""
    wrong, total = map(sum, zip(*tally.errors, strict=True))
    low, high = interval(tally.errors)
    sure = [right for confidence, right in tally.confidences if confidence >= 0.8]
    unsure = [right for confidence, right in tally.confidences if confidence < 0.5]
    sure_right, unsure_right = _percent(sure), _percent(unsure)
    print(
        f"  {name:14s} {len(tally.errors):4d} clips  WER {100 * wrong / total:5.1f} %"
        f" [{100 * low:.1f}, {100 * high:.1f}]  words surer than 0.8: {len(sure)}, {sure_right} right;"
        f" less sure than 0.5: {len(unsure)}, {unsure_right} right  RTF {tally.cpu / tally.audio:.3f}"
    )


def report_choices(name: str, tally: Tally) -> None:
    """One line for a closed set."""
    low, high = wilson(sum(tally.right), len(tally.right))
    print(
        f"  {name:14s} {sum(tally.right)}/{len(tally.right)} right = {_percent(tally.right)}"
        f" [{100 * low:.0f}, {100 * high:.0f}]  RTF {tally.cpu / tally.audio:.3f}"
    )


def _percent(values: Sequence[bool]) -> str:
    return f"{100 * sum(values) / len(values):.1f} %" if values else "-"


def measure(path: Path, clips: list[Clip], show: int) -> None:
    """All measures of one model."""
    vosk.SetLogLevel(-1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    model = vosk.Model(str(path))
    loaded = time.monotonic() - started
    print(f"{path}: loaded in {loaded:.2f} s")
    groups: dict[str, list[Clip]] = {}
    for clip in clips:
        groups.setdefault(clip.set, []).append(clip)
    closed: dict[str, Callable[[list[Clip]], Tally]] = {
        "replies": lambda some: choose(model, some, DIALOGUE, show),
        "rejects": lambda some: choose(model, some, DIALOGUE, show),
        "digits": lambda some: choose(model, some, NUMBERS, show),
        "numbers": lambda some: choose(model, some, [*NUMBERS, *TENS, *TEENS], show),
    }
    opened = {name: transcribe(model, some, show) for name, some in groups.items() if name not in closed}
    for name, some in groups.items():
        if name in closed:
            report_choices(name, closed[name](some))
        else:
            report_words(name, opened[name])
        if name == "readers":
            report_choices("readers, closed", choose(model, some, DIALOGUE, show))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    busy, audio = sum(tally.cpu for tally in opened.values()), sum(tally.audio for tally in opened.values())
    if audio:
        speed = f"RTF {busy / audio:.3f}, {audio / busy:.0f} streams per core"
        print(f"  open mode: {speed}; memory +{memory:.0f} MB")
    report_questions([tally for name, tally in opened.items() if name.startswith("questions")])


def report_questions(tallies: Sequence[Tally]) -> None:
    """Word errors of all questions together, and whether the matcher finds what was wanted."""
    errors = [pair for tally in tallies for pair in tally.errors]
    meant = [pair for tally in tallies for pair in tally.meant if pair[1] not in ("", "none")]
    if not meant:
        return
    wrong, total = map(sum, zip(*errors, strict=True))
    low, high = interval(errors)
    print(f"  all questions: WER {100 * wrong / total:.1f} % [{100 * low:.1f}, {100 * high:.1f}]")
    right = understood(meant, Path("prompts"))
    low, high = wilson(sum(right), len(right))
    print(
        f"  intent found: {sum(right)}/{len(right)} = {_percent(right)} [{100 * low:.0f}, {100 * high:.0f}]"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, default=Path("tests/speech/audio"))
    parser.add_argument("models", type=Path, nargs="*", default=[Path("models/fr-support")])
    parser.add_argument("--only", default="", help="sets whose name begins so")
    parser.add_argument("--quick", action="store_true", help="five clips of each set")
    parser.add_argument("--show", type=int, default=0, help="examples per set")
    options = parser.parse_args()
    clips = [clip for clip in read_sets(options.sets) if clip.set.startswith(options.only)]
    if options.quick:
        sets = {clip.set: [each for each in clips if each.set == clip.set] for clip in clips}
        clips = [clip for some in sets.values() for clip in some[:5]]
    for path in options.models:
        measure(path, clips, options.show)


if __name__ == "__main__":
    main()
