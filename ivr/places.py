"""Where the project's data lives: beside the package in a checkout, inside it once installed.

Knows paths only; opens nothing.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
_INSTALLED = _PACKAGE / "share"


def shared(*parts: str) -> Path:
    """Return the path of shipped data, e.g. ``shared("models", "fr-support")``."""
    installed = _INSTALLED.joinpath(*parts)
    return installed if installed.exists() else _CHECKOUT.joinpath(*parts)


def shipped(path: Path) -> Path:
    """Return *path* as documentation names it: shipped data without the folder it is installed in."""
    for root in (_INSTALLED, _CHECKOUT):
        if path.is_relative_to(root):
            return path.relative_to(root)
    return path
