"""``ivr demo``: four calls on a private Asterisk, told as they unfold, then the console that recorded them.

The calls are data (``ivr/simulator/demo.yaml``); ``ivr simulate`` plays any others.
"""

import asyncio
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from ivr import simulator
from ivr.app import Server
from ivr.cli.simulate import status, tell, theatre
from ivr.config import Settings, hand_down, load_settings
from ivr.simulator.rehearsal import rehearse
from ivr.simulator.runner import CallReport
from ivr.simulator.script import load_script

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
@click.option(
    "--stay/--no-stay", default=None, help="Keep the console open until Ctrl-C (on a terminal: yes)."
)
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
def command(asterisk: Path | None, recordings: Path, stay: bool | None, config: Path | None) -> int:
    """Place four calls, print the conversations, and open the console with these calls in it.

    Status 0 only if all calls ended as expected.
    """
    staying = sys.stdout.isatty() if stay is None else stay
    settings = _with_texts_of_its_own(load_settings(config), recordings)
    hand_down(config)  # to the regression calls of the console

    async def after(server: Server, reports: Sequence[CallReport]) -> None:
        tell(reports, recordings)
        if settings.console.enabled and settings.store.enabled:
            click.echo(f"Console: {await server.invite()}")
            if staying:
                await _until_interrupted()

    stage = replace(theatre(settings, asterisk, recordings), after=after)
    return status(asyncio.run(rehearse(load_script(SCRIPT), stage)))


def _with_texts_of_its_own(settings: Settings, recordings: Path) -> Settings:
    """Whatever is published from the demo's console, the line's own texts stay as they are."""
    copy = recordings / "prompts"
    if settings.prompts.is_dir():  # otherwise the server says what is missing
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(settings.prompts, copy)
        return settings.model_copy(update={"prompts": copy})
    return settings


async def _until_interrupted() -> None:
    click.echo("It shows these calls, and works: the link signs one person up, once. Ctrl-C ends the demo.")
    interrupted, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted.set)
    await interrupted.wait()
