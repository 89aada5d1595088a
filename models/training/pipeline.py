"""The stages from recordings and texts to a model folder, each skipped when its output is current.

Names what each stage depends on; the stages' work is done by their own modules.
"""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.language import sources
from ivr.progress import Progress
from models.training import corpus, generate, human, shards, stages, synthesis

ASTERISK_SOUNDS = Path("/usr/share/asterisk/sounds/fr_CA_f_June")
ASTERISK_TEXTS = Path("/usr/share/doc/asterisk-core-sounds-fr/core-sounds-fr.txt.gz")
VERSION = 1
"""Raised when a stage's code changes what it makes."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What goes in: folders of recordings, the product's texts, and how much to make of both.

    A shard of people is about 2.5 hours, one of synthetic callers 1.5.
    """

    speech: tuple[Path, ...]
    prompts: Path
    work: Path
    human_shards: int = 12
    synthetic_shards: int = 10
    utterances: int = 2000
    workers: int = 2


def recordings(recipe: Recipe) -> list[human.Recording]:
    """Every recording: the given folders, and Debian's Asterisk prompts when installed."""
    clips = [clip for folder in recipe.speech for clip in human.folder(folder)]
    if ASTERISK_SOUNDS.is_dir() and ASTERISK_TEXTS.is_file():
        clips += human.asterisk_prompts(ASTERISK_SOUNDS, ASTERISK_TEXTS)
    return clips


def texts(recipe: Recipe) -> Path:
    """Stage 1: the sentences that synthetic callers say, one file per kind."""
    target = recipe.work / "texts.json"

    def make() -> None:
        domain = [line for group in sources.phrasings(recipe.prompts) for line in group]
        general = corpus.package_descriptions(corpus.fetch_descriptions(recipe.work / "apt"))
        verse = [clip.text for clip in human.for_training(recordings(recipe))]
        target.write_text(json.dumps({"domain": domain, "general": general + verse}), encoding="utf-8")

    stages.run("texts", target, _inputs(recipe, "texts"), make)
    return target


def speech(recipe: Recipe) -> None:
    """Stage 2: shards of augmented people and synthetic callers, and the development set."""
    folder = recipe.work / "shards"
    folder.mkdir(parents=True, exist_ok=True)
    inputs = _inputs(recipe, "speech")
    if stages.outdated(folder, inputs):
        for old in folder.glob("*.np[yz]"):
            old.unlink()
    jobs = [("human", number, recipe.utterances) for number in range(recipe.human_shards)]
    jobs += [("synth", number, recipe.utterances) for number in range(recipe.synthetic_shards)]
    missing = [job for job in jobs if not (folder / f"{job[0]}{job[1]:03d}.npz").exists()]
    with (
        Progress().bar("speech", len(missing)) as show,
        ProcessPoolExecutor(recipe.workers, initializer=_prepare, initargs=(recipe,)) as pool,
    ):
        for done, _ in enumerate(pool.map(_shard, missing), 1):
            show(done)
    reserved = human.reserved(recordings(recipe))
    if reserved and not (recipe.work / "dev_human.npz").exists():
        generate.development(recipe.work / "dev_human", reserved)
    stages.stamp(folder, inputs)


_sources: dict[str, generate.HumanSource | generate.SyntheticSource] = {}
_work = Path()


def _prepare(recipe: Recipe) -> None:
    """Load, once per worker, what its shards are drawn from."""
    global _work
    _work = recipe.work
    text = json.loads((recipe.work / "texts.json").read_text(encoding="utf-8"))
    speaker = synthesis.Synthesiser(recipe.work)
    _sources["synth"] = generate.SyntheticSource(speaker, corpus.TextSource(text["domain"], text["general"]))
    clips = human.for_training(recordings(recipe))
    if clips:
        _sources["human"] = generate.HumanSource(clips)


def _shard(job: tuple[str, int, int]) -> None:
    kind, number, utterances = job
    if kind in _sources:
        seed = {"human": 1000, "synth": 2000}[kind] + number
        generate.shard(_work / "shards" / f"{kind}{number:03d}", _sources[kind], seed, utterances)


def _inputs(recipe: Recipe, stage: str) -> str:
    described = {key: str(value) for key, value in asdict(recipe).items() if key not in {"work", "workers"}}
    described |= {"stage": stage, "version": str(VERSION), "tables": _digest(recipe.speech)}
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def _digest(folders: Sequence[Path]) -> str:
    tables = [folder / "transcripts.tsv" for folder in folders]
    return hashlib.sha256(b"".join(table.read_bytes() for table in tables)).hexdigest()


def sample(work: Path, each: int = 300) -> list[shards.Utterance]:
    """Some utterances of every third shard, people and synthetic callers."""
    paths = [path for kind in ("human", "synth") for path in shards.complete(work / "shards", kind)[::3]]
    return [item for path in paths for item in shards.read(path)[:each]]


def hours(work: Path) -> dict[str, float]:
    """Hours of speech made, by kind."""
    folder = work / "shards"
    return {
        kind: sum(len(item.features) for path in shards.complete(folder, kind) for item in shards.read(path))
        / 360e3
        for kind in ("human", "synth")
    }
