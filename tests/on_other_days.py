"""Run tests as if today were another day: `python -m tests.on_other_days [--quick] [pytest arguments]`.

Debian's ``faketime`` moves the wall clock of pytest and of all processes a test starts, no monotonic clock.
"""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LIBRARY = "libfaketimeMT.so.1"
PLACES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
ZONE = ZoneInfo("Europe/Paris")
DAYS = {
    "a day later": timedelta(days=1),
    "75 days later": timedelta(days=75),
    "29 February": datetime(2028, 2, 29, 10, tzinfo=ZONE),
    "31 December, two minutes to midnight": datetime(2028, 12, 31, 23, 58, tzinfo=ZONE),
    "the night that summer time begins": datetime(2029, 3, 25, 1, 59, 30, tzinfo=ZONE),
    "the night that summer time ends": datetime(2029, 10, 28, 2, 59, 30, tzinfo=ZONE),
}
"""What the clock shows when each run begins, or how much later than now that is."""

QUICK = ("tests/unit/call", "tests/unit/console", "tests/unit/store", "tests/contract/test_store_privacy.py")
ALL = ("tests/unit", "tests/transcripts", "tests/console", "tests/contract", "tests/simulator")


def library() -> Path:
    """Return the library that moves the clock."""
    for place in PLACES:
        found = Path(place, "faketime", LIBRARY)
        if found.is_file():
            return found
    raise SystemExit("faketime is missing: .ci/install-packages faketime")


def run(day: datetime | timedelta, tests: list[str]) -> int:
    """Run *tests* on *day* (see :data:`DAYS`); return pytest's exit status."""
    # As an offset, all processes of a test agree; with a date each would start from it anew.
    ahead = day if isinstance(day, timedelta) else day - datetime.now(UTC)
    environment = os.environ | {
        "LD_PRELOAD": str(library()),
        "FAKETIME": f"+{round(ahead.total_seconds())}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": ZONE.key,
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, env=environment, check=False).returncode


def main() -> None:
    """Run on every day; fail when one run fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the tests that handle dates")
    parser.add_argument("tests", nargs="*", help="other tests than those")
    asked = parser.parse_args()
    failed = []
    for name, day in DAYS.items():
        print(f"== {name}", flush=True)
        if run(day, asked.tests or list(QUICK if asked.quick else ALL)):
            failed.append(name)
    if failed:
        raise SystemExit(f"failed on: {', '.join(failed)}")


if __name__ == "__main__":
    main()
