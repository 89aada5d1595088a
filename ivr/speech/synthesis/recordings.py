"""Prompts spoken by a person: ``recordings/<prompt id>.wav`` (or flac, ogg, mp3) beside the prompts' texts.

Finds and checks files; rendering them is ``rendering.py``'s work.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from ivr.errors import ConfigurationError, EngineError

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
MAX_BYTES = 32 * 1024 * 1024
MAX_SECONDS = 120.0
MAX_SAMPLES = 24_000_000
"""Of all channels: two of 96 kHz for as long; a small FLAC may say that it holds a thousand times more."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that was readable when it was found."""

    path: Path
    digest: str
    """Of its content: part of the cache key."""

    def content(self) -> bytes:
        """Return the file. Raises EngineError when it has gone since."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise EngineError(f"{self.path}: {error.strerror}") from None


class Recordings:
    """An index of the folder, renewed by ``scan``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._found: dict[str, Recording] = {}

    def scan(self) -> list[ConfigurationError]:
        """Read the folder anew; return what is wrong with the files that cannot be used."""
        found: dict[str, Recording] = {}
        errors: list[ConfigurationError] = []
        files = sorted(self._directory.iterdir()) if self._directory.is_dir() else []
        for path in files:
            if not path.is_file() or path.name.startswith("."):
                continue
            try:
                if path.stem in found:
                    raise ConfigurationError(
                        f"{path}: {found[path.stem].path.name} is there already; remove one"
                    )
                found[path.stem] = open_recording(path)
            except ConfigurationError as error:
                errors.append(error)
        self._found = found
        return errors

    def find(self, prompt: str) -> Recording | None:
        """Return the recording of a prompt, by its id."""
        return self._found.get(prompt)


def open_recording(path: Path) -> Recording:
    """Check one file.

    Raises:
        ConfigurationError: not a sound, too long, or too large; names the file.
    """
    if path.suffix not in SUFFIXES:
        raise ConfigurationError(f"{path}: recordings are {', '.join(SUFFIXES)} files")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigurationError(f"{path}: larger than {MAX_BYTES // 1024**2} MiB")
        about = soundfile.info(str(path))
        seconds = float(about.duration)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, soundfile.LibsndfileError) as error:
        raise ConfigurationError(f"{path}: unreadable ({error}); record it again as WAV") from None
    if not 0 < seconds <= MAX_SECONDS:
        raise ConfigurationError(f"{path}: lasts {seconds:.1f} s; a prompt lasts up to {MAX_SECONDS:g} s")
    if about.frames * about.channels > MAX_SAMPLES:
        raise ConfigurationError(f"{path}: too many samples; 48 kHz and one channel are enough")
    if about.subtype in ("FLOAT", "DOUBLE") and not np.isfinite(soundfile.read(str(path))[0]).all():
        raise ConfigurationError(f"{path}: unreadable (a sample is no number); record it again as WAV")
    return Recording(path, digest)
