"""``ivr init`` writes a folder from which a server can be started."""

import stat
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.init import command
from ivr.config import Settings, load_settings
from ivr.errors import ConfigurationError
from ivr.setting_descriptions import tables

pytestmark = pytest.mark.unit


def run(folder: Path) -> Result:
    return CliRunner().invoke(command, [str(folder)], standalone_mode=False)


def test_the_settings_are_the_defaults_but_for_what_was_chosen(tmp_path: Path) -> None:
    """What stands there uncommented is valid; the rest of the file is comment."""
    assert run(tmp_path / "site").exception is None
    settings = load_settings(tmp_path / "site" / "ivr.toml")
    secret = settings.ami.secret
    assert len(secret) >= 16
    assert settings == Settings(prompts=Path("texts"), ami={"secret": secret})


def test_uncommented_settings_are_accepted(tmp_path: Path) -> None:
    """Every commented default may be uncommented as it stands; examples (KEY) apart."""
    run(tmp_path)
    text = (tmp_path / "ivr.toml").read_text(encoding="utf-8")
    for table in (table for table in tables() if table.is_example):
        before, _, after = text.partition(f"# {table.heading}")
        text = before + after[after.index("\n[") :]
    names = {key.name for table in tables() for key in table.keys}
    uncommented = [
        line[2:] if line.startswith("# ") and line[2:].split(" = ")[0] in names else line
        for line in text.splitlines()
    ]
    parsed = tomllib.loads("\n".join(uncommented))
    assert Settings(**parsed).agi == Settings().agi
    assert parsed["store"]["url"] == Settings().store.url


def test_asterisk_is_given_the_same_password(tmp_path: Path) -> None:
    """Nobody has to copy a secret; nobody else may read it."""
    run(tmp_path)
    secret = load_settings(tmp_path / "ivr.toml").ami.secret
    manager = tmp_path / "dialplan" / "ivr-manager.conf"
    assert f"secret = {secret}" in manager.read_text(encoding="utf-8")
    for path in (manager, tmp_path / "ivr.toml"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_replaced(tmp_path: Path) -> None:
    """What an operator has written stays."""
    (tmp_path / "texts").mkdir()
    result = run(tmp_path)
    assert isinstance(result.exception, ConfigurationError)
    assert "texts" in str(result.exception)
    assert not (tmp_path / "ivr.toml").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """The reason is named, with the place."""
    (tmp_path / "file").touch()
    result = run(tmp_path / "file" / "site")
    assert isinstance(result.exception, ConfigurationError)
    assert "file" in str(result.exception)
