"""What a bench found: JSON in ``build/bench`` and a table on the terminal.

Measures nothing.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path("build") / "bench"


def publish(name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the rows to ``build/bench/NAME.json`` and print them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n")
    columns = list(rows[0])
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for line in [columns, ["-" * width for width in widths], *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which *percent* of the values are (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]


def _cell(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
