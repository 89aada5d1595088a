"""Putting a model folder where the server finds it: from the network, a zip file or another folder.

All or nothing: a model is moved into place only once it is complete, verified and has been loaded. Archives
are not trusted: no path leaves the folder, no link is made, no size is believed.
"""

import hashlib
import lzma
import shutil
import stat
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from ivr.errors import EngineError
from ivr.progress import Progress
from ivr.speech.recognition.model_folder import check_folder
from ivr.speech.recognition.model_list import Published, find, is_name

MEGABYTE = 1 << 20
LARGEST_DOWNLOAD = 4096 * MEGABYTE
LARGEST_MODEL = 8192 * MEGABYTE
MOST_FILES = 10_000
_CHUNK = 1 << 18
_NETWORK_SECONDS = 60.0

Load = Callable[[Path], object]
"""Loads a model folder to prove that it works. Raises EngineError."""


def install(
    source: str, into: Path, *, sha256: str | None, replace: bool, load: Load, progress: Progress
) -> Path:
    """Install *source* (published name, http address, zip file or folder) below *into*; return its folder.

    Raises:
        EngineError: one line saying what is wrong with it and what to do; nothing has changed then.
    """
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"{into}: {error.strerror}; give another folder with --into") from None
    with tempfile.TemporaryDirectory(dir=into, prefix=".install-") as name:
        work = Path(name)
        unpacked = _obtain(source, work, sha256, progress)
        check_folder(unpacked)
        with progress.step(f"loading {unpacked.name}"):
            load(unpacked)
        return _move(unpacked, into / unpacked.name, work, replace=replace)


def installed(*places: Path) -> Iterator[Path]:
    """Yield the complete model folders directly below the *places*."""
    for place in places:
        for folder in sorted(place.iterdir()) if place.is_dir() else ():
            if not folder.name.startswith(".") and _is_model(folder):
                yield folder


def _obtain(source: str, work: Path, sha256: str | None, progress: Progress) -> Path:
    """Bring the model into *work*."""
    archive = work / "download.zip"
    if "://" in source:
        _verify(source, _download(source, archive, progress), sha256)
        return _unpack(archive, work, _name_of(source), progress)
    path = Path(source)
    if is_name(source) and not path.exists():
        _download_published(find(source), archive, sha256, progress)
        return _unpack(archive, work, source, progress)
    if path.is_dir():
        if sha256:
            raise EngineError(f"{source}: a folder has no checksum; leave out --sha256 or give the zip file")
        check_folder(path)
        return Path(shutil.copytree(path, work / path.resolve().name, copy_function=shutil.copyfile))
    if not path.is_file():
        raise EngineError(
            f"{source}: nothing there; give a published name, an address, a zip file or a folder"
        )
    if sha256:
        with path.open("rb") as file:
            _verify(source, hashlib.file_digest(file, "sha256").hexdigest(), sha256)
    return _unpack(path, work, path.stem, progress)


def _name_of(address: str) -> str:
    return PurePosixPath(address.split("?")[0]).stem or "model"


def _verify(source: str, found: str, wanted: str | None) -> None:
    if wanted is None or found != wanted.strip().lower():
        raise EngineError(
            f"{source}: SHA-256 is {found}, not {wanted}; the file is damaged or not what was promised"
        )


def _download_published(model: Published, archive: Path, sha256: str | None, progress: Progress) -> None:
    sum_found = _download(model.address, archive, progress)
    if sha256:
        _verify(model.address, sum_found, sha256)
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found != model.md5:
        raise EngineError(f"{model.address}: MD5 is {found}, not {model.md5}; the file is damaged, try again")


def _download(address: str, target: Path, progress: Progress) -> str:
    """Write what is at *address* to *target*; return its SHA-256."""
    if not address.startswith(("https://", "http://")):
        raise EngineError(f"{address}: only http and https addresses can be fetched")
    try:
        with (
            urllib.request.urlopen(address, timeout=_NETWORK_SECONDS) as response,
            target.open("wb") as file,
            progress.bar("downloading (MB)", _megabytes(response.headers.get("Content-Length"))) as advance,
        ):
            return _copy(response, file, LARGEST_DOWNLOAD, advance, what=address)
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise EngineError(
            f"{address}: cannot be fetched ({reason}); fetch it elsewhere and give the zip file"
        ) from None


def _megabytes(length: str | None) -> int:
    return max(1, int(length) // MEGABYTE) if length and length.isdigit() else 1


def _copy(
    source: IO[bytes], target: BinaryIO, limit: int, advance: Callable[[int], None], *, what: str
) -> str:
    digest, done = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        done += len(chunk)
        if done > limit:
            raise EngineError(f"{what}: larger than {limit // MEGABYTE} MB, which no model is")
        digest.update(chunk)
        target.write(chunk)
        advance(done // MEGABYTE)
    return digest.hexdigest()


def _unpack(archive: Path, work: Path, name: str, progress: Progress) -> Path:
    """Unpack a zip file and return the model folder in it."""
    target = work / "unpacked" / name
    with _zip(archive) as bundle:
        entries = [entry for entry in bundle.infolist() if not entry.is_dir()]
        _refuse_traps(archive, entries)
        room = LARGEST_MODEL
        with progress.bar("unpacking (files)", len(entries)) as advance:
            for number, entry in enumerate(entries, 1):
                file = target / entry.filename
                file.parent.mkdir(parents=True, exist_ok=True)
                with bundle.open(entry) as packed, file.open("wb") as plain:
                    _copy(packed, plain, room, lambda megabytes: None, what=f"{archive.name} unpacked")
                room -= file.stat().st_size
                advance(number)
    return _single_folder(target)


@contextmanager
def _zip(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as bundle:
            yield bundle
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError) as error:
        raise EngineError(f"{archive}: not a usable zip file ({error})") from None  # NotImplementedError, too
    except OSError as error:  # names too long, a file where a folder should be, a full disk
        raise EngineError(f"{archive}: cannot be unpacked: {error.strerror or error}") from None


def _refuse_traps(archive: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_MODEL:
        raise EngineError(f"{archive}: too many or too large files for a model")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        outside = path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename
        if outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise EngineError(f"{archive}: refused, {entry.filename!r} would lead outside the model's folder")


def _single_folder(folder: Path) -> Path:
    """Return the model's folder: archives have it at the top or one level below."""
    inside = [path for path in folder.iterdir() if path.is_dir() and path.name != "__MACOSX"]
    return inside[0] if len(inside) == 1 and not (folder / "am").is_dir() else folder


def _move(ready: Path, target: Path, work: Path, *, replace: bool) -> Path:
    if target.exists():
        if not replace:
            raise EngineError(f"{target}: exists already; --replace puts the new model in its place")
        target.rename(work / "replaced")
    ready.rename(target)
    return target


def _is_model(folder: Path) -> bool:
    try:
        check_folder(folder)
    except EngineError:
        return False
    return True
