"""A synthesiser that is a program: run once per text, into a file of its own, for a limited time.

Knows no engine's options.
"""

import asyncio
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from pathlib import Path

from ivr.errors import EngineError


def find(program: str) -> str:
    """Return the path of *program*. Raises EngineError when it is not installed."""
    path = shutil.which(program)
    if path is None:
        raise EngineError(f"{program} is not installed")
    return path


async def output(argv: Sequence[str], seconds: float) -> str:
    """Return what *argv* prints. Raises EngineError when it fails or takes longer than *seconds*."""
    return (await _run(argv, b"", seconds)).decode(errors="replace").strip()


async def recorded(arguments: Callable[[Path], Sequence[str]], text: str, seconds: float) -> bytes:
    """Return the file that a program writes; *arguments* makes its command line from the file's path.

    *text* is its standard input.

    Raises:
        EngineError: it failed, took longer than *seconds*, or wrote nothing.
    """
    with tempfile.TemporaryDirectory(prefix="ivr-speech-") as directory:
        path = Path(directory) / "speech.wav"
        argv = arguments(path)
        await _run(argv, text.encode(), seconds)
        if not path.exists():
            raise EngineError(f"{Path(argv[0]).name} wrote no audio")
        return await asyncio.to_thread(path.read_bytes)


async def _run(argv: Sequence[str], stdin: bytes, seconds: float) -> bytes:
    name = Path(argv[0]).name
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=PIPE if stdin else DEVNULL, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(seconds):
            stdout, stderr = await process.communicate(stdin or None)
    except TimeoutError:
        raise EngineError(f"{name} took longer than {seconds:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        words = stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise EngineError(f"{name} failed: {words or f'status {process.returncode}'}")
    return stdout
