"""How a server socket is bound: a short backlog, and an error that names the setting to change.

Opens nothing itself.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ivr.config import Listener
from ivr.errors import ConfigurationError

ACCEPTED_AT_ONCE = 2
"""Connections that asyncio takes in one turn of the loop: a flood must not hold up the calls in progress."""
QUEUED = 512
"""Connections that wait for the next turn; more are tried again by their peers."""


@contextmanager
def binding(section: str, settings: Listener) -> Iterator[None]:
    """Turn a failure to bind into a ConfigurationError that names *section* of the settings."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).rpartition(": ")[2]
        place = f"{settings.host}:{settings.port}"
        raise ConfigurationError(
            f"cannot listen at {place}: {reason}; stop what does, or change [{section}] host and port"
        ) from None


def queue_more(sockets: Iterable[socket.socket]) -> None:
    """Let more connections wait than are accepted at once, which asyncio takes for the same number."""
    for each in sockets:
        with socket.socket(fileno=os.dup(each.fileno())) as listening:  # asyncio's own may not be touched
            listening.listen(QUEUED)
