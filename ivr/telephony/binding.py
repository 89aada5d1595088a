"""What a listener says when it cannot listen: which setting to change.

Opens nothing itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from ivr.config import Listener
from ivr.errors import ConfigurationError


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
