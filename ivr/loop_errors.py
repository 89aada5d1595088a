"""What the event loop reports by itself: told in the log, once a minute where it would be told for ever.

Reports; mends nothing.
"""

import asyncio
import errno
import time
from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger()

AGAIN_SECONDS = 60.0
SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""asyncio tries again to accept every second, at every listener, and reports each time."""


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
