"""Estimates what the recogniser takes each sound for, from clips whose text is known.

Prints the table that the simulated recogniser of ``ivr faq test --noise asr`` draws from; writes nothing.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import vosk
from rapidfuzz.distance import Levenshtein

from bench.asr import Tally, hear, read_sets
from ivr.french.phonetics import sounds
from ivr.language_model.text import joined, words

SURE = 0.005
"""Confusions rarer than this share of a sound's occurrences are left out: they are chance."""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True, help="folder made by bench.asr_sets")
    parser.add_argument("--model", type=Path, default=Path("models/fr-support"))
    options = parser.parse_args()
    vosk.SetLogLevel(-1)
    model, tally = vosk.Model(str(options.model)), Tally()
    pairs: Counter[tuple[str, str]] = Counter()
    for clip in read_sets(options.sets):
        if clip.set.startswith("questions"):
            heard = [word for word in hear(model, clip, None, tally).words if word != "[unk]"]
            pairs.update(taken(words(clip.text), heard))
    print("\n".join(table(pairs)))


def taken(said: list[str], heard: list[str]) -> Iterator[tuple[str, str]]:
    """The sounds of words that were heard as something; words of which nothing was heard tell nothing."""
    for step in Levenshtein.opcodes(said, heard):
        if step.tag in ("equal", "replace"):
            before, after = said[step.src_start : step.src_end], heard[step.dest_start : step.dest_end]
            yield from aligned(sounds(joined(before)), sounds(joined(after)))


def aligned(said: str, heard: str) -> Iterator[tuple[str, str]]:
    """Each sound that was said with what it was taken for; nothing where it was missed."""
    for step in Levenshtein.opcodes(said, heard):
        if step.tag != "insert":
            instead = heard[step.dest_start : step.dest_end] or "-" * len(said)
            yield from zip(said[step.src_start : step.src_end], instead, strict=False)


def table(pairs: Counter[tuple[str, str]]) -> Iterator[str]:
    """Lines « said, heard, share », the shares of each sound among all its occurrences."""
    totals: Counter[str] = Counter()
    for (said, _), count in pairs.items():
        totals[said] += count
    for (said, heard), count in sorted(pairs.items()):
        if said != heard and count / totals[said] >= SURE:
            yield f"{said}\t{heard}\t{count / totals[said]:.3f}"


if __name__ == "__main__":
    main()
