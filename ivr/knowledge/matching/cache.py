"""Keeps a trained model between two starts, so that ``ivr understand`` answers at once.

A convenience: without a writable folder, or with a damaged file, the model is simply trained again.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ivr.knowledge.matching.classifier import Classifier
from ivr.knowledge.matching.concepts import Concepts
from ivr.knowledge.matching.features import Vectoriser
from ivr.knowledge.matching.gate import Gate
from ivr.knowledge.matching.model import Labels, Model
from ivr.knowledge.matching.phrasings import Phrasings

KEPT = 4
"""Models of other contents that are kept beside the newest."""

_SOURCES = Path(__file__).parent
_FRENCH = _SOURCES.parent.parent / "french"


def default_folder() -> Path:
    """Return the user's cache folder (``$XDG_CACHE_HOME/ivr``)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ivr"


def remembered(
    folder: Path | None,
    name: str,
    phrasings: Phrasings,
    concepts: Concepts,
    labels: Labels,
    learn: Callable[[], Model],
) -> Model:
    """Return the model *name* of exactly these contents and this code; without one, *learn* is called."""
    if folder is None:
        return learn()
    path = folder / f"{name}-{_key(phrasings, concepts)}.npz"
    model = _load(path, labels) if path.exists() else None
    if model is None:
        model = learn()
        _save(path, model)
    return model


def _key(phrasings: Phrasings, concepts: Concepts) -> str:
    digest = hashlib.sha256(phrasings.fingerprint().encode())
    digest.update(repr((sorted(concepts.by_stems.items()), sorted(concepts.by_sound.items()))).encode())
    for source in sorted([*_SOURCES.glob("*.py"), *_FRENCH.glob("*.py")]):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:24]


def _load(path: Path, labels: Labels) -> Model | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            terms = kept["terms"].tobytes().decode().split("\n")
            groups = dict(zip(kept["groups"].tolist(), kept["shares"].tolist(), strict=True))
            vectoriser = Vectoriser(terms, kept["idf"], int(kept["documents"]), groups)
            classifier = Classifier(kept["weights"], kept["bias"], float(kept["temperature"]))
            answers = Gate(tuple(kept["answers"].tolist()), kept["answered"]) if labels.intents else None
            commands = Gate(tuple(kept["commands"].tolist()), kept["obeyed"]) if labels.commands else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    fits = classifier.weights.shape == (len(terms), len(labels)) and len(classifier.bias) == len(labels)
    return Model(labels, vectoriser, classifier, answers, commands) if fits else None


def _save(path: Path, model: Model) -> None:
    vectoriser, classifier = model.vectoriser, model.classifier
    nothing = Gate((), np.zeros((0, 0), np.bool_))
    answers, commands = model.answers or nothing, model.commands or nothing
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".matcher-", delete=False) as file:
            np.savez(
                file,
                terms=np.frombuffer("\n".join(vectoriser.terms).encode(), np.uint8),
                idf=vectoriser.idf,
                documents=np.int64(vectoriser.documents),
                groups=np.array(list(vectoriser.groups)),
                shares=np.array(list(vectoriser.groups.values())),
                weights=classifier.weights,
                bias=classifier.bias,
                temperature=np.float64(classifier.temperature),
                answers=np.array(answers.weights),
                answered=answers.known,
                commands=np.array(commands.weights),
                obeyed=commands.known,
            )
        os.replace(file.name, path)
        same = path.parent.glob(f"{path.stem.partition('-')[0]}-*.npz")
        for old in sorted(same, key=lambda p: p.stat().st_mtime)[: -KEPT - 1]:
            old.unlink(missing_ok=True)
    except OSError:
        return  # read-only or full: the next start trains again
