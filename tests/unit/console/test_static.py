"""The files that browsers get."""

import hashlib
import re
from pathlib import Path

import pytest

from ivr.console.templating import HERE, STATIC, static

pytestmark = pytest.mark.unit

VENDOR = STATIC / "vendor"
TEMPLATES = sorted((HERE / "templates").glob("*.html"))


def test_vendored_files_are_what_the_table_says() -> None:
    """Every vendored file has its line with origin, licence and sum; nobody edited it."""
    table = (VENDOR / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"^\| ([\w.]+) \|.*\| ([0-9a-f]{64}) \|$", table, re.MULTILINE))
    files = {
        path.name for path in VENDOR.iterdir() if path.name != "README.md" and "LICENSE" not in path.name
    }
    assert sums == {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in files}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_keep_the_policy(path: Path) -> None:
    """No inline script, style or handler, and nothing from elsewhere: the policy would block it."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


def test_addresses_change_with_the_content() -> None:
    """A browser never shows an old sheet."""
    assert re.fullmatch(r"/static/console\.css\?v=[0-9a-f]{12}", static("console.css"))
