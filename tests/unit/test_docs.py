"""The documentation holds together: links lead somewhere, every page can be found, what it names exists."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ivr.cli import ivr
from ivr.config import Settings
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {".venv", ".asterisk", "build", "var", "node_modules", ".pytest_cache"}
    & set(path.relative_to(ROOT).parts)
    and not path.is_relative_to(PROMPTS)
)
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)", re.MULTILINE)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Each link into the repository: as written, the file it means, and its anchor."""
    prose = re.sub(r"`[^`\n]*`", "", FENCED.sub("", page.read_text(encoding="utf-8")))
    for inline, reference in LINK.findall(prose):
        target = inline or reference
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        yield target, Path(os.path.normpath(page.parent / file)) if file else page, anchor


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found.add(words if words not in found else f"{words}-1")
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    """The file is there, and so is the heading."""
    dead = [
        written
        for written, file, anchor in links(page)
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file))
    ]
    assert dead == []


def test_every_page_can_be_found_from_the_readme() -> None:
    """Nothing is written that nobody finds."""
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page.suffix == ".md" and page not in reached and page.exists():
            reached.add(page)
            waiting.extend(file for _, file, _ in links(page))
    assert [name(page) for page in PAGES if page not in reached] == []


def options(words: list[str]) -> set[str] | None:
    """The options of the command that *words* begin with; None if there is no such command."""
    command: click.Command = ivr
    for word in words:
        if not isinstance(command, click.Group):
            break
        chosen = command.get_command(click.Context(command), word)
        if chosen is None:
            return None
        command = chosen
    return {name for each in command.params for name in each.opts} | {"--help", "--version"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_that_are_shown_exist(page: Path) -> None:
    """Whoever types what a page shows is not told that there is no such command or option."""
    text = page.read_text(encoding="utf-8")
    code = [*re.findall(r"`([^`\n]+)`", text), *"\n".join(FENCED.findall(text)).splitlines()]
    wrong = []
    for line in code:
        for command in re.findall(r"(?:^|[\s/])ivr ((?:[a-z-]+|\"[^\"]*\"|\S)[^|;&`#]*)", line):
            words = command.split()
            if not re.fullmatch(r"[a-z]{3,}", words[0]) or re.search(r"ivr (?:is|and|user)\b", line):
                continue
            known = options(words)
            given = {
                re.split(r"[=\]]", word.strip("[]"))[0] for word in words if word.strip("[").startswith("--")
            }
            if known is None or not given <= known:
                wrong.append(command)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_settings_that_are_named_exist(page: Path) -> None:
    """IVR_SECTION__KEY of a page is a key of ivr.toml."""
    named = re.findall(r"IVR_([A-Z]+)__([A-Z]+(?:_[A-Z]+)*)", page.read_text(encoding="utf-8"))
    unknown = [
        f"{section}.{key}"
        for section, key in (map(str.lower, pair) for pair in named if pair != ("SECTION", "KEY"))
        if section not in Settings.model_fields
        or key not in type(Settings.model_fields[section].default).model_fields
    ]
    assert unknown == []


def troubles() -> set[str]:
    """The events that the code logs as a warning or an error."""
    found = set()
    for path in (ROOT / "ivr").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("log"), attr="warning" | "error" | "exception"),
                    args=[ast.Constant(str(event)), *_],
                ):
                    found.add(event)
    return found


def test_every_trouble_in_the_log_is_explained() -> None:
    """docs/operations.md says what each warning and error means and what to do."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert troubles()
    assert sorted(event for event in troubles() if f"`{event}`" not in page) == []


def test_what_make_offers_is_what_the_readme_promises() -> None:
    """The two commands of the README are targets of the Makefile."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    named = set(re.findall(r"make ([a-z]+)", readme))
    assert {"demo", "test"} <= named
    assert named <= set(re.findall(r"make ([a-z]+)", targets))
