"""The folders that a server writes to, whether their disks take anything, and files that are made there once.

Tries with a small file of its own, which it removes; knows nothing of what is kept there.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from ivr.config import Settings

TRIED_BYTES = 256 * 1024
LOW_BYTES = 200 * 2**20
"""A disk with less room than this is told of before it is full."""


def written_folders(settings: Settings) -> list[Path]:
    """Return where *settings* have us write: spool, database, sound, drafts, rendered prompts."""
    store, found = settings.store, [settings.speech.cache]
    if store.enabled:
        found += [store.spool, *([store.audio_folder] if store.audio else [])]
        if store.url.startswith("sqlite:///"):
            found.append(Path(store.url.removeprefix("sqlite:///").partition("?")[0]).parent)
        if settings.console.enabled:
            found.append(settings.console.folder)
    return list(dict.fromkeys(found))


def why_not_written(folder: Path) -> str:
    """Write a file in *folder* and remove it; return why that is not possible, or soon will not be."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(bytes(TRIED_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return f"{folder}: {error.strerror}: free space, or correct the folder's rights"
    return why_low(existing)


def why_low(folder: Path) -> str:
    """Return what to say of the room left on the disk of *folder*; empty when there is enough."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"{folder}: {error.strerror}"
    return f"{folder}: only {free // 2**20} MB left on its disk: free space" if free < LOW_BYTES else ""


def made_once(path: Path, content: bytes) -> bytes:
    """Return what is in *path*; without it, write *content*, wholly or not at all, for us alone to read.

    Whichever process is first decides. Raises OSError.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-") as file:  # mode 0600
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was faster
            os.link(file.name, path)
    return path.read_bytes()
