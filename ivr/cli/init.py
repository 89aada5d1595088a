"""``ivr init``: a folder from which a server can be started and an Asterisk connected to it.

Writes files of its own only; an existing file is never replaced.
"""

import secrets
import shutil
from pathlib import Path

import click

from ivr.errors import ConfigurationError
from ivr.places import shared
from ivr.setting_descriptions import commented

HEAD = """\
# Settings of one ivr server, made by `ivr init`. A line that begins with "# name = " shows a default: remove
# the "#" to change it. Relative paths start at the folder in which `ivr serve` is started. Secrets may stand
# in the environment instead: IVR_AMI__SECRET is `secret` of [ami].

"""

NEXT = """\
Next:
  1. Copy {folder}/dialplan/ivr-*.conf to /etc/asterisk and change what is marked CHANGE (dialplan/README.md);
     ivr-manager.conf and ivr.toml already share a password.
  2. cd {folder} && ivr check     says what is missing, with the remedy
  3. ivr serve                    then call the line"""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
def command(folder: Path) -> None:
    """Write ivr.toml, the texts and the dialplan into FOLDER (default: here), ready for `ivr check`."""
    targets = [folder / name for name in ("ivr.toml", "texts", "dialplan")]
    if taken := [str(target) for target in targets if target.exists()]:
        raise ConfigurationError(f"{', '.join(taken)}: exists already; choose another folder or move it away")
    try:
        _write(folder)
    except OSError as error:
        raise ConfigurationError(f"{error.filename or folder}: {error.strerror}") from None
    for target in targets:
        click.echo(f"wrote {target}")
    click.echo(NEXT.format(folder=folder))


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(18)
    settings = folder / "ivr.toml"
    settings.touch(mode=0o600)  # it holds a password
    settings.write_text(HEAD + commented({"": {"prompts": "texts"}, "ami": {"secret": secret}}), "utf-8")
    shutil.copytree(shared("prompts"), folder / "texts")
    dialplan = folder / "dialplan"
    dialplan.mkdir()
    for source in sorted(shared("dialplan").glob("ivr-*.conf")):
        text = source.read_text("utf-8").replace("secret = change-me", f"secret = {secret}")
        (dialplan / source.name).write_text(text, "utf-8")
    (dialplan / "ivr-manager.conf").chmod(0o600)
    shutil.copy(shared("dialplan", "README.md"), dialplan)
