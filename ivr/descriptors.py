"""How many files and connections this process may have open, and how many it needs.

Raises the limit of the process; opens nothing.
"""

import resource

from ivr.config import Settings

BESIDE = 200
"""Descriptors for everything that is no connection of a listener: database, log, spool, prompts, workers."""
ENOUGH = 65_536
"""More than this is never asked for."""


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
