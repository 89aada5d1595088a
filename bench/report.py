"""What a bench found: JSON in ``build/bench`` and a table on the terminal.

Measures nothing.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

FOLDER = Path("build") / "bench"
PLAIN_WIDTH = 200
"""Columns where there is no terminal: a table in a log is not folded."""


def publish(name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the rows to ``build/bench/NAME.json`` and print them."""
    write(name, list(rows))
    show(name, rows)


def write(name: str, found: object) -> None:
    """Write what was found to ``build/bench/NAME.json``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def show(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print the rows as a table; the first row names the columns."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in rows[0]:
        table.add_column(column, justify="left" if isinstance(rows[0][column], str) else "right")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in rows[0]))
    console.print(table)


def asked_for_quick(what: str | None) -> bool:
    """Read the command line of a bench that has no other option than ``--quick``."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--quick", action="store_true", help="measure less, to see that everything works")
    return bool(parser.parse_args().quick)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which *percent* of the values are (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
