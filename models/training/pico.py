"""A second synthetic voice: the French one of SVOX Pico (libttspico) through ctypes.

Debian keeps it in non-free: `find` says where it is, installed or unpacked into a folder, or nowhere.
"""

import ctypes
import re
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import soxr
from numpy.typing import NDArray

SAMPLE_RATE = 16000
PACKAGES = ("libttspico0", "libttspico-data")
_BUSY, _IDLE = 201, 200
_MEMORY = 2_500_000
_VOICE = b"French"
_TALL = 1.28
"""Longest and shortest vocal tract, as a factor, that resampling imitates."""
_Call = ctypes.c_int16


class PicoError(RuntimeError):
    """libttspico refuses its data or a text."""


def find(folder: Path) -> Path | None:
    """The root under which libttspico lies: the system's, or `folder`; None when in neither."""
    for root in (Path("/"), folder):
        if _library(root) and _data(root).is_dir():
            return root
    return None


def unpack(folder: Path) -> Path | None:
    """Fetch Debian's packages into `folder` without installing them; None when the mirror has no non-free."""
    sources = folder / "apt" / "sources.list"
    (folder / "apt" / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    sources.write_text("".join(f"{line}\n" for line in nonfree_sources(Path("/etc/apt"))), encoding="utf-8")
    places = [
        f"Dir::State::Lists={sources.parent.resolve()}/lists",
        f"Dir::Etc::SourceList={sources.resolve()}",
    ]
    apt = [
        "apt-get",
        "-qq",
        *(part for place in (*places, "Dir::Etc::SourceParts=-") for part in ("-o", place)),
    ]
    try:
        subprocess.run([*apt, "update"], check=True, timeout=600, capture_output=True)
        subprocess.run(
            [*apt, "download", *PACKAGES], check=True, timeout=600, capture_output=True, cwd=folder
        )
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return find(folder)


def nonfree_sources(folder: Path) -> list[str]:
    """apt's own sources, one line each, with the component non-free in place of theirs."""
    lines = []
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*.list"))]:
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                match = re.match(r"(deb (?:\[[^\]]*\] )?\S+ \S+) .*\bmain\b", line)
                if match:
                    lines.append(f"{match[1]} non-free")
    for path in sorted((folder / "sources.list.d").glob("*.sources")):
        lines += _deb822(path.read_text(encoding="utf-8"))
    return lines


class Voice:
    """Speaks French text; `root` is where `find` saw the library. One thread only."""

    def __init__(self, root: Path) -> None:
        library = _library(root)
        if library is None:
            raise PicoError(f"no libttspico under {root}: apt install {' '.join(PACKAGES)}")
        self._library = ctypes.CDLL(str(library))
        self._memory = ctypes.create_string_buffer(_MEMORY)
        self._system = ctypes.c_void_p()
        self._check(self._library.pico_initialize(self._memory, _MEMORY, ctypes.byref(self._system)))
        self._check(self._library.pico_createVoiceDefinition(self._system, _VOICE))
        for name in ("fr-FR_ta.bin", "fr-FR_nk0_sg.bin"):
            self._load(_data(root) / name)
        self._engine = ctypes.c_void_p()
        self._check(self._library.pico_newEngine(self._system, _VOICE, ctypes.byref(self._engine)))

    def speak(self, text: str, rng: np.random.Generator) -> NDArray[np.float32]:
        """Samples at 16 kHz with a random pitch, rate and, by resampling, vocal tract length."""
        tract = float(np.exp(rng.uniform(-np.log(_TALL), np.log(_TALL))))
        pitch = float(np.clip(100 / tract * np.exp(rng.uniform(-0.25, 0.25)), 50, 200))
        speed = float(np.clip(100 / tract * np.exp(rng.uniform(-0.25, 0.25)), 40, 300))
        sound = self._synthesise(
            f'<pitch level="{pitch:.0f}"><speed level="{speed:.0f}">{escape(text)}</speed></pitch>'
        )
        return np.asarray(soxr.resample(sound, SAMPLE_RATE * tract, SAMPLE_RATE), np.float32)

    def _synthesise(self, text: str) -> NDArray[np.float32]:
        left = text.encode() + b"\0"
        taken, received, kind = _Call(), _Call(), _Call()
        buffer = ctypes.create_string_buffer(4096)
        sound = bytearray()
        while left:
            status = self._library.pico_putTextUtf8(
                self._engine, left, _Call(min(len(left), 32000)), ctypes.byref(taken)
            )
            self._check(status)
            left = left[taken.value :]
            status = _BUSY
            while status == _BUSY:
                status = self._library.pico_getData(
                    self._engine, buffer, _Call(len(buffer)), ctypes.byref(received), ctypes.byref(kind)
                )
                sound += buffer.raw[: received.value]
            if status != _IDLE:
                raise PicoError(f"libttspico fails with status {status} on {text!r}")
        return np.frombuffer(bytes(sound), "<i2").astype(np.float32)

    def _load(self, path: Path) -> None:
        resource = ctypes.c_void_p()
        self._check(self._library.pico_loadResource(self._system, str(path).encode(), ctypes.byref(resource)))
        name = ctypes.create_string_buffer(200)
        self._check(self._library.pico_getResourceName(self._system, resource, name))
        self._check(self._library.pico_addResourceToVoiceDefinition(self._system, _VOICE, name))

    def _check(self, status: int) -> None:
        if status != 0:
            raise PicoError(f"libttspico fails with status {status}")


def _library(root: Path) -> Path | None:
    return next(iter(sorted((root / "usr/lib").glob("*/libttspico.so.0"))), None)


def _data(root: Path) -> Path:
    return root / "usr/share/pico/lang"


def _deb822(text: str) -> list[str]:
    found = []
    for stanza in text.split("\n\n"):
        fields = dict(re.findall(r"^([\w-]+): *(.*)$", stanza, re.M))
        if "main" in fields.get("Components", "").split():
            key = f"[signed-by={fields['Signed-By']}] " if fields.get("Signed-By") else ""
            suites = fields.get("Suites", "").split()
            found += [
                f"deb {key}{uri} {suite} non-free"
                for uri in fields.get("URIs", "").split()
                for suite in suites
            ]
    return found
