"""How many servers a line needs: from its busiest hour and the calls that one server was measured to hold.

``python -m bench.nodes --calls 300 --minutes 4 --held 20`` measures nothing; ``bench.calls`` does.
"""

import argparse
from dataclasses import dataclass
from math import ceil

HELD = 20
"""Calls at once that two cores held (README, ``calls``, 2026-11-22), a training on one of them."""
REFUSED = 0.001
"""Share of the calls of the busiest hour that may find all servers full."""


@dataclass(frozen=True)
class Need:
    """What a busiest hour asks for."""

    erlangs: float
    """Calls at once, on average."""
    calls: int
    """Calls at once that are held, so that few enough find no place."""
    servers: int
    """That hold them, and one more: any of them may fail or be restarted."""


def places(erlangs: float, refused: float = REFUSED) -> int:
    """Return how many calls at once must be held so that at most *refused* of them find all places taken.

    Erlang B, by its usual recursion over the number of places.
    """
    found, share = 0, 1.0
    while share > refused:
        found += 1
        share = erlangs * share / (found + erlangs * share)
    return found


def need(calls: float, minutes: float, held: int = HELD, refused: float = REFUSED) -> Need:
    """Return what *calls* an hour of *minutes* each ask for, at *held* calls a server."""
    erlangs = calls * minutes / 60
    calls_held = places(erlangs, refused)
    return Need(erlangs, calls_held, ceil(calls_held / held) + 1)


def main() -> None:
    """Print what the arguments ask for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=float, required=True, help="calls in the busiest hour")
    asked.add_argument("--minutes", type=float, default=4, help="mean length of a call, without the queue")
    asked.add_argument("--held", type=int, default=HELD, help="calls at once a server holds (bench.calls)")
    given = asked.parse_args()
    if given.calls <= 0 or given.minutes <= 0 or given.held < 1:
        asked.error("--calls, --minutes and --held must be positive")
    found = need(given.calls, given.minutes, given.held)
    print(f"{found.erlangs:.1f} calls at once on average, {found.calls} to hold, {found.servers} servers")


if __name__ == "__main__":
    main()
