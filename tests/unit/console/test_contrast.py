"""The colours of the sheet, measured as WCAG 2.2 does (1.4.3, 1.4.11)."""

import re

import pytest

from ivr.console.templating import STATIC

pytestmark = pytest.mark.unit

SHEET = (STATIC / "console.css").read_text(encoding="utf-8")
LIGHT = SHEET[SHEET.index(":root {") :]
DARK = SHEET[SHEET.index(':root[data-theme="dark"] {') :]
AUTO = SHEET[SHEET.index("@media (prefers-color-scheme: dark)") :]

TEXT = [
    ("ink", "ground"), ("ink", "paper"), ("ink", "sunk"), ("ink", "tint"),
    ("soft", "ground"), ("soft", "paper"), ("soft", "sunk"), ("soft", "tint"),
    ("accent", "ground"), ("accent", "paper"), ("accent", "tint"), ("on-accent", "accent"),
    ("on-accent", "accent-hover"), ("good", "good-tint"), ("warn", "warn-tint"), ("bad", "bad-tint"),
    ("warn", "paper"), ("bad", "paper"), ("bad", "ground"),
]  # fmt: skip


def colours(sheet: str) -> dict[str, str]:
    """The custom properties of the first rule of *sheet*."""
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", sheet[: sheet.index("}")])
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * each for each in value[1:])
        for name, value in found
    }


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(sheet: str, text: str, ground: str) -> None:
    """At least 4.5 to 1, in both themes."""
    found = colours(sheet)
    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
def test_fields_can_be_seen(sheet: str) -> None:
    """The edge of a field, at least 3 to 1 with what is around it."""
    found = colours(sheet)
    assert contrast(found["strong-edge"], found["paper"]) >= 3
    assert contrast(found["strong-edge"], found["ground"]) >= 3


def test_the_dark_theme_is_one() -> None:
    """Chosen or automatic, dark is the same."""
    assert colours(AUTO) == colours(DARK)
