"""What tells one node of a fleet from another in its metrics: version, texts, model, limits, its process.

Shows values that live elsewhere; counts nothing.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from prometheus_client import ProcessCollector

from ivr import __version__
from ivr.metrics import Metrics

DIGEST = 12
"""Hexadecimal digits of a digest that is compared by eye."""


def digest_of(folder: Path) -> str:
    """Return a short digest of all files of *folder*, the same on every node that has the same files.

    Reads the whole folder: in a thread.
    """
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        found.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return found.hexdigest()[:DIGEST]


def show_node(metrics: Metrics, server: str, *, draining: Callable[[], bool], calls_limit: int) -> None:
    """Show which server this is, whether it takes new calls, how many it takes, and what its process uses."""
    ProcessCollector(registry=metrics.registry)
    metrics.info("ivr_build", "Which server this is", lambda: {"version": __version__, "server": server})
    metrics.gauge("ivr_draining", "Whether new calls are refused", lambda: float(draining()))
    metrics.gauge("ivr_calls_limit", "Calls beyond which new ones are refused", lambda: float(calls_limit))


def show_content(metrics: Metrics, edition: Callable[[], str], model: Callable[[], str]) -> None:
    """Show which texts callers hear and which model hears them; they should be equal on all nodes."""
    metrics.info(
        "ivr_content",
        "Digests of the texts and of the speech model in use",
        lambda: {"edition": edition()[:DIGEST], "model": model()},
    )
