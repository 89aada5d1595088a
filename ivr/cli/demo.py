"""``ivr demo``: four calls on a private Asterisk, told as they unfold.

The calls are data (``ivr/simulator/demo.yaml``); ``ivr simulate`` plays any others.
"""

from pathlib import Path

import click

from ivr import simulator
from ivr.cli.simulate import play, theatre
from ivr.config import load_settings

SCRIPT = Path(simulator.__file__).with_name("demo.yaml")


@click.command()
@click.option(
    "--asterisk", type=click.Path(path_type=Path), help="Unpacked Asterisk; without it, a fake one."
)
@click.option(
    "--recordings",
    type=click.Path(path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where to keep what the callers heard.",
)
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
def command(asterisk: Path | None, recordings: Path, config: Path | None) -> int:
    """Place four calls and print the conversations; status 0 only if all ended as expected."""
    return play(SCRIPT, theatre(load_settings(config), asterisk, recordings))
