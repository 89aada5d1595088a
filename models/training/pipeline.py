"""The stages from recordings and texts to a model folder, each skipped when its output is current.

Names what each stage depends on; the stages' work is done by their own modules.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from ivr.language_model import sources
from ivr.progress import Progress
from models.training import corpus, generate, human, pico, shards, stages, synthesis, voices
from models.training.network import Network

ASTERISK_SOUNDS = Path("/usr/share/asterisk/sounds/fr_CA_f_June")
ASTERISK_TEXTS = Path("/usr/share/doc/asterisk-core-sounds-fr/core-sounds-fr.txt.gz")
TUXPAINT_STAMPS = Path("/usr/share/tuxpaint/stamps")
VERSE = "librivox-fleurs-du-mal"
VERSION = 3
"""Raised when a stage's code changes what it makes."""
DRAFT = ("human", "synth")
"""Kinds of speech for the first part of training: people as their tables have it, synthetic callers."""
FINAL = ("people", "prose", "splice", "pico")
"""Kinds that need the draft's network: people who say their text, and their voices saying other texts."""
_SEEDS = {"human": 1000, "synth": 2000, "people": 1100, "prose": 1200, "splice": 3000, "pico": 4000}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What goes in: folders of recordings, the product's texts, and how much to make of both.

    A shard of people is about 2.5 hours, one of the others 1.5.
    """

    speech: tuple[Path, ...]
    prompts: Path
    work: Path
    counts: Mapping[str, int] = field(
        default_factory=lambda: {
            "human": 4,
            "synth": 12,
            "people": 12,
            "prose": 5,
            "splice": 8,
            "pico": 3,
        }
    )
    utterances: int = 2000
    workers: int = 2


def recordings(recipe: Recipe) -> list[human.Recording]:
    """Every recording: the given folders, and Debian's Asterisk and Tux Paint when installed."""
    clips = [clip for folder in recipe.speech for clip in human.folder(folder)]
    if ASTERISK_SOUNDS.is_dir() and ASTERISK_TEXTS.is_file():
        clips += human.asterisk_prompts(ASTERISK_SOUNDS, ASTERISK_TEXTS)
    return clips + human.tuxpaint_stamps(TUXPAINT_STAMPS)


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


def speech(recipe: Recipe, kinds: Sequence[str]) -> None:
    """Stages 2 and 4: shards of these kinds of speech."""
    (recipe.work / "shards").mkdir(parents=True, exist_ok=True)
    if "pico" in kinds and pico.find(recipe.work / "pico") is None:
        found = pico.unpack(recipe.work / "pico")
        print(
            "pico: unpacked" if found else "pico: not in apt's sources, training goes on without this voice"
        )
    for kind in kinds:
        _shards_of(recipe, kind)


def _shards_of(recipe: Recipe, kind: str) -> None:
    """The missing shards of one kind, in processes of their own: each chooses espeak-ng's data once."""
    folder, stamp, inputs = recipe.work / "shards", recipe.work / f"shards-{kind}", _inputs(recipe, kind)
    if stages.outdated(stamp, inputs):
        for old in folder.glob(f"{kind}*.np[yz]"):
            old.unlink()
    wanted = [(kind, number) for number in range(recipe.counts[kind])]
    missing = [job for job in wanted if not (folder / f"{job[0]}{job[1]:03d}.npz").exists()]
    with (
        Progress().bar(f"speech, {kind}", len(missing)) as show,
        ProcessPoolExecutor(recipe.workers, get_context("spawn"), _prepare, (recipe,)) as pool,
    ):
        for done, _ in enumerate(pool.map(_shard, missing), 1):
            show(done)
    stages.stamp(stamp, inputs)


def development(recipe: Recipe) -> None:
    """The reserved readers' set."""
    reserved = human.reserved(recordings(recipe))
    if reserved and not (recipe.work / "dev_human.npz").exists():
        generate.development(recipe.work / "dev_human", reserved)


def check(recipe: Recipe, network: Network) -> None:
    """Stage 3: which clips say their text, and when each phone is said."""
    clips = human.for_training(recordings(recipe))
    target = recipe.work / "voices.pkl"
    stages.run("voices", target, _inputs(recipe, "voices"), lambda: voices.check(clips, network, target))


_recipe: Recipe


def _prepare(recipe: Recipe) -> None:
    global _recipe
    _recipe = recipe


def _shard(job: tuple[str, int]) -> None:
    kind, number = job
    source = _source(kind)
    if source:
        target = _recipe.work / "shards" / f"{kind}{number:03d}"
        generate.shard(target, source, _SEEDS[kind] + number, _recipe.utterances)


@cache
def _source(kind: str) -> generate.Source | None:
    """What shards of this kind are drawn from; None when there is nothing of it."""
    texts = json.loads((_recipe.work / "texts.json").read_text(encoding="utf-8"))
    said = corpus.TextSource(texts["domain"], texts["general"])
    if kind == "synth":
        return generate.SyntheticSource(synthesis.Synthesiser(_recipe.work), said)
    if kind == "pico":
        root = pico.find(_recipe.work / "pico")
        return generate.PicoSource(pico.Voice(root), said) if root else None
    if kind == "human":
        clips = human.for_training(recordings(_recipe))
        return generate.HumanSource(clips) if clips else None
    heard = voices.checked(_recipe.work / "voices.pkl")
    if not heard:
        return None
    if kind == "people":
        return generate.HumanSource([recording for recording, _ in heard])
    if kind == "prose":
        spoken = [recording for recording, _ in heard if recording.source != VERSE]
        return generate.HumanSource(spoken) if spoken else None
    return generate.SplicedSource(voices.by_reader(heard), said)


def _inputs(recipe: Recipe, stage: str) -> str:
    described = {key: str(value) for key, value in asdict(recipe).items() if key not in {"work", "workers"}}
    described |= {"stage": stage, "version": str(VERSION), "tables": _digest(recipe.speech)}
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def _digest(folders: Sequence[Path]) -> str:
    tables = [folder / "transcripts.tsv" for folder in folders]
    return hashlib.sha256(b"".join(table.read_bytes() for table in tables)).hexdigest()


def sample(work: Path, each: int = 300) -> list[shards.Utterance]:
    """Some utterances of every third shard of the kinds that training ended with."""
    paths = [path for kind in (*FINAL, "synth") for path in shards.complete(work / "shards", kind)[::3]]
    return [item for path in paths for item in shards.read(path)[:each]]


def hours(work: Path) -> dict[str, float]:
    """Hours of speech made, by kind."""
    folder = work / "shards"
    return {
        kind: sum(len(item.features) for path in shards.complete(folder, kind) for item in shards.read(path))
        / 360e3
        for kind in (*DRAFT, *FINAL)
    }
