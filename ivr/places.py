"""Where the project's data lives: beside the package in a checkout, inside it once installed.

Knows paths only; opens nothing.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def shared(*parts: str) -> Path:
    """Return the path of shipped data, e.g. ``shared("models", "fr-support")``."""
    installed = _PACKAGE.joinpath("share", *parts)
    return installed if installed.exists() else _CHECKOUT.joinpath(*parts)
