"""How many files and connections this process may have open, and what is said when there are no more.

Raises the limit of the process, and hears what the event loop reports; opens nothing.
"""

import asyncio
import errno
import resource
import time
from collections.abc import Callable
from typing import Any

import structlog

from ivr.config import Settings

log = structlog.get_logger()

BESIDE = 200
"""Descriptors for everything that is no connection of a listener: database, log, spool, prompts, workers."""
ENOUGH = 65_536
"""More than this is never asked for."""
AGAIN_SECONDS = 60.0
SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""asyncio tries again to accept every second, at every listener, and reports each time."""


def needed(settings: Settings) -> int:
    """Return how many descriptors a full house needs."""
    listeners = settings.agi.connections + settings.media.connections
    listeners += settings.console.connections if settings.console.enabled else 0
    return listeners + (settings.monitoring.connections if settings.monitoring.enabled else 0) + BESIDE


def allowed() -> int:
    """Return how many this process may have open, once the limit is raised."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(soft, ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH))


def raise_limit() -> int:
    """Raise the limit as far as it goes without privileges; return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = allowed()
    if wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def report_errors(
    loop: asyncio.AbstractEventLoop, clock: Callable[[], float] = time.monotonic
) -> Callable[[Any, dict[str, Any]], None]:
    """Have *loop* report here; return what it reports to."""
    last, kept = -AGAIN_SECONDS, 0

    def report(_: Any, context: dict[str, Any]) -> None:
        nonlocal last, kept
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in SHORT):
            log.error("loop.failed", message=context.get("message", ""), exc_info=error)
            return
        kept += 1
        if clock() - last >= AGAIN_SECONDS:
            log.error("listener.exhausted", reason=error.strerror, times=kept, remedy="raise LimitNOFILE")
            last, kept = clock(), 0

    loop.set_exception_handler(report)
    return report
