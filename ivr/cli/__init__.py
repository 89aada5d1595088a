"""The command line: ``ivr COMMAND``. Each command lives in the module of its name.

Parses and prints; the work is done elsewhere. A user's mistake ends with status 2 and one line on stderr.
"""

import importlib
import io
import sys

import click

from ivr import __version__
from ivr.errors import IvrError

COMMANDS: dict[str, str] = {
    "ask": "ivr.cli.ask",
    "check": "ivr.cli.check",
    "db": "ivr.cli.db",
    "demo": "ivr.cli.demo",
    "faq": "ivr.cli.faq",
    "init": "ivr.cli.init",
    "model": "ivr.cli.model",
    "prompts": "ivr.cli.prompts",
    "serve": "ivr.cli.serve",
    "simulate": "ivr.cli.simulate",
    "transcribe": "ivr.cli.transcribe",
    "understand": "ivr.cli.understand",
    "user": "ivr.cli.user",
    "voice": "ivr.cli.voice",
}
"""Command → module with its ``command``; imported only when it runs, so that ``ivr ask`` never loads Vosk."""


class LazyGroup(click.Group):
    """A group whose commands are imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = importlib.import_module(module).command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup)
@click.version_option(__version__, prog_name="ivr", message="%(prog)s %(version)s")
def ivr() -> None:
    """Offline voice answering server for a French support line."""


def main() -> None:
    """Run the command line; the only place that turns errors into exit statuses."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal in ISO-8859-15 has no arrows
            stream.reconfigure(errors="replace")
    try:
        status = ivr.main(prog_name="ivr", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        sys.exit(2)
    except click.ClickException as error:
        print(f"ivr: {error.format_message().splitlines()[0]}", file=sys.stderr)
        sys.exit(2)
    except IvrError as error:
        print(f"ivr: {error}", file=sys.stderr)
        sys.exit(2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    sys.exit(status if isinstance(status, int) else 0)
