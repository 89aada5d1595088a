"""Rebuilds the graph of a model folder from the current questions, answers and general French.

Of a model that others trained, only its language model: `official.py`. The acoustic part is copied untouched.
The new folder takes the old one's place in one step, so that a reader sees the one or the other.
"""

import argparse
import ctypes
import errno
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.errors import ConfigurationError, IvrError
from ivr.language_model import graph, lexicon, ngram, official, sources

UNKNOWN_PROBABILITY = 1e-5
FLATTENING = 10.0
"""Sentences weigh about eight: a word seen after a history once keeps about half of its mass."""
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@dataclass(frozen=True, slots=True)
class Report:
    """What an adaptation did.

    `unpronounceable` names each word left out and why; `respelt` each that a model of others lacks, and how
    it is written instead.
    """

    words: int
    histories: int
    unpronounceable: tuple[str, ...]
    seconds: float
    respelt: tuple[str, ...] = ()


def adapt(model: Path, prompts: Path, output: Path) -> Report:
    """Write `output`: the acoustic part of `model` with a graph of what `prompts` says today."""
    started = time.monotonic()
    if not (model / "am" / "final.mdl").is_file():
        raise ConfigurationError(f"{model}: no am/final.mdl; give the folder of a Vosk model")
    if not prompts.is_dir():
        raise ConfigurationError(f"{prompts}: no such folder; give the one that holds phrasings/ and faq/")
    output.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    try:
        if official.is_official(model):
            words, histories, respelt = official.rebuild(model, prompts, scratch)
            scratch.chmod(0o755)
            _put(scratch, output)
            return Report(words, histories, (), round(time.monotonic() - started, 2), tuple(respelt))
        for part in ("am", "conf"):
            shutil.copytree(model / part, scratch / part)
        for extra in ("MODEL_CARD.md",):
            if (model / extra).is_file():
                shutil.copy2(model / extra, scratch / extra)
        words, histories, failed = build_graph(prompts, scratch / "graph")
        scratch.chmod(0o755)
        _put(scratch, output)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Report(words, histories, tuple(failed), round(time.monotonic() - started, 2))


def build_graph(prompts: Path, folder: Path) -> tuple[int, int, list[str]]:
    """Write the graph; returns its words, its histories, and the words that cannot be pronounced."""
    counts = sources.collect(prompts)
    respelt = lexicon.RESPELT | sources.respellings(prompts)
    entries: dict[str, lexicon.Pronunciations] = {}
    failed: list[str] = []
    for word in sorted(counts.after[()].keys() - {ngram.END}):
        try:
            entries[word] = lexicon.pronunciations(word, respelt)
        except lexicon.UnpronounceableWord as error:
            failed.append(str(error))
    model = ngram.estimate(counts, entries, UNKNOWN_PROBABILITY, FLATTENING)
    graph.write(folder, entries, model)
    return len(entries), len(model.explicit), failed


def main() -> None:
    """Command line: prints the report as JSON; status 2 with one line on stderr for a user's mistake."""
    parser = argparse.ArgumentParser(prog="python -m ivr.language_model", description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--prompts", type=Path, required=True)
    parser.add_argument(
        "--output", type=Path, help="where the new folder goes; default: in place of the model"
    )
    options = parser.parse_args()
    try:
        report = adapt(options.model, options.prompts, options.output or options.model)
    except (IvrError, OSError, RuntimeError) as error:
        print(f"ivr: {error}", file=sys.stderr)
        sys.exit(2)
    json.dump(asdict(report), sys.stdout, ensure_ascii=False)


def _put(new: Path, place: Path) -> None:
    """Exchange the two folders atomically (Linux); the old content is then at `new`, to be removed."""
    if not place.exists():
        new.rename(place)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(place), _RENAME_EXCHANGE) == 0:
        return
    if ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(ctypes.get_errno(), f"cannot replace {place}")
    aside = new.with_name(f"{new.name}.old")
    place.rename(aside)
    new.rename(place)
    shutil.rmtree(aside, ignore_errors=True)
