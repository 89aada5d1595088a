"""A Vosk model's folder on disk: whether it is complete, and its sample rate.

Looks at files only; never loads the model.
"""

import re
from pathlib import Path

from ivr.errors import EngineError

REMEDY = "install one with `ivr model install`, or correct recognition.model"

_GRAPHS = (("HCLG.fst",), ("HCLr.fst", "Gr.fst"))
_FEATURES = ("mfcc.conf", "fbank.conf")
_KALDI_RATE = 16000


def check_folder(path: Path) -> int:
    """Return the sample rate of the model in *path*, after making sure that nothing it needs is missing.

    Raises:
        EngineError: naming the folder, what is missing and the remedy.
    """
    if not path.is_dir():
        raise EngineError(f"{path}: no such model folder; {REMEDY}")
    for need in ("am/final.mdl", "conf/model.conf"):
        if not (path / need).is_file():
            raise EngineError(f"{path}: not a Vosk model, {need} is missing; {REMEDY}")
    if not any(all((path / "graph" / name).is_file() for name in names) for names in _GRAPHS):
        raise EngineError(
            f"{path}: not a Vosk model, graph/ has neither HCLG.fst nor HCLr.fst and Gr.fst; {REMEDY}"
        )
    for name in _FEATURES:  # in Vosk's own order of preference
        features = path / "conf" / name
        if features.is_file():
            return _sample_rate(features)
    raise EngineError(f"{path}: not a Vosk model, conf/ has neither mfcc.conf nor fbank.conf; {REMEDY}")


def can_be_restricted(path: Path) -> bool:
    """Return whether the model can decode a closed grammar; Vosk silently ignores one where it cannot."""
    return not (path / "graph" / "HCLG.fst").is_file()


def _sample_rate(features: Path) -> int:
    found = re.search(r"^\s*--sample-frequency=(\d+)", features.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found.group(1)) if found else _KALDI_RATE
