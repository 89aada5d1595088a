"""The reference pages name everything the code offers; their tables are written from it (UPDATE=1)."""

import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from ivr.cli import ivr
from ivr.setting_descriptions import tables
from ivr.simulator import script

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "reference"
UPDATING = bool(os.environ.get("UPDATE"))
ORIGIN = "written by tests/unit/test_reference_pages.py (UPDATE=1)"
REMEDY = "written from the code: UPDATE=1 python -m pytest tests/unit/test_reference_pages.py"


def place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {re.escape(name)}: .*? -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def filled(page: str, name: str, heading: str, text: str) -> str:
    """*page* with *text* in the place called *name*, which is added at the end when there is none."""
    if not place(name).search(page):
        page += f"\n{heading}\n\n<!-- {name}: {ORIGIN} -->\n<!-- end -->\n"
    return place(name).sub(lambda match: match[1] + text + match[3], page)


def up_to_date(path: Path, expected: str) -> bool:
    if UPDATING:
        path.write_text(expected, encoding="utf-8")
    return path.read_text(encoding="utf-8") == expected


# The command line -------------------------------------------------------------------------------------


def commands(
    group: click.Group = ivr, path: tuple[str, ...] = ("ivr",)
) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def described(path: str, command: click.Command) -> str:
    """Usage, what it does, and a table of its options."""
    context = click.Context(command, info_name=path)
    usage = command.get_usage(context).removeprefix("Usage: ")
    lines = [f"`{' '.join(usage.split())}`", "", " ".join((command.help or "").split()), ""]
    rows = [option_row(each) for each in command.params if isinstance(each, click.Option)]
    if rows:
        lines += ["| option | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def option_row(option: click.Option) -> str:
    value = ""
    if isinstance(option.type, click.Choice):
        value = " " + "\\|".join(map(str, option.type.choices))
    elif not option.is_flag:
        value = " " + (option.metavar or option.type.name.upper())
    meaning = [option.help or ""]
    if option.required:
        meaning.append("Required.")
    elif option.show_default and option.default is not None:
        meaning.append(f"Default: `{option.default}`.")
    return f"| `{', '.join(option.opts)}{value}` | {' '.join(filter(None, meaning))} |"


def test_every_command_and_option_is_described() -> None:
    """docs/reference/cli.md has each command with its arguments and options, as the code has them."""
    path = PAGES / "cli.md"
    page = path.read_text(encoding="utf-8")
    for name, command in commands():
        page = filled(page, name, f"## {name}", described(name, command))
    assert up_to_date(path, page), REMEDY


def test_no_command_is_described_that_does_not_exist() -> None:
    """A removed command leaves the page too."""
    page = (PAGES / "cli.md").read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- (ivr [a-z -]+): ", page)) == {name for name, _ in commands()}


# Settings -------------------------------------------------------------------------------------


def settings_tables() -> str:
    lines = []
    for table in tables():
        lines += [f"### `{table.heading}`" if table.name else "### Top level", ""]
        lines += [table.summary, ""] if table.summary else []
        lines += ["| key | default | meaning |", "|---|---|---|"]
        for key in table.keys:
            default = "required" if key.default is None else f"`{key.default}`"
            lines.append(f"| `{key.name}` | {default} | {key.meaning} |")
        lines += [""]
    return "\n".join(lines)


def test_every_setting_is_described() -> None:
    """docs/reference/settings.md has each key with its default and its meaning, as the code has them."""
    path = PAGES / "settings.md"
    page = filled(path.read_text(encoding="utf-8"), "settings", "## Keys", settings_tables())
    assert up_to_date(path, page), REMEDY


# Scripts of calls -------------------------------------------------------------------------------------

MOVES = (script.Speak, script.Interrupt, script.Hear, script.Expect, script.End)


def script_keys() -> set[str]:
    """What the reader accepts anywhere in a script."""
    reader = script._Reader(Path("script.yaml"))
    fields = {field.name for move in MOVES for field in dataclasses.fields(move)}
    return {"calls", "name", "number", "steps", "end", *reader._readers, *fields, *script.EXITS}


def test_every_key_of_a_script_is_described() -> None:
    """docs/reference/scripts.md names all that a script may hold."""
    page = (PAGES / "scripts.md").read_text(encoding="utf-8")
    assert sorted(key for key in script_keys() if not re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", page)) == []


@pytest.mark.parametrize(
    "page", ["docs/reference/scripts.md", "docs/tutorial.md", "docs/howto/regression-calls.md"]
)
def test_the_scripts_shown_are_right(page: str, tmp_path: Path) -> None:
    """Whoever copies a script from the documentation can run it."""
    blocks = re.findall(r"```yaml\n(calls:.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        for name in re.findall(r"file: ([\w/.-]+)", block):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        (tmp_path / "calls.yaml").write_text(block, encoding="utf-8")
        assert script.load_script(tmp_path / "calls.yaml")
        assert set(yaml.safe_load(block)) == {"calls"}
