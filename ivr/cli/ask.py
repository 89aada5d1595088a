"""``ivr ask``: what the line would answer, typed instead of spoken.

Prints; the conversation is the real one, in virtual time.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from ivr.call.desk import DeskBook, LiveDesk
from ivr.call.knowledge import LiveKnowledge, open_publisher
from ivr.config import load_settings
from ivr.dialogue.actions import Action, Say, Transfer
from ivr.dialogue.behaviours import Conversation, reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.ports import Offers
from ivr.dialogue.typed import TextCall
from ivr.dialogue.understanding import Understanding
from ivr.simulator.narration import describe
from ivr.telephony.queueboard import QueueBoard


@click.command()
@click.argument("texts", nargs=-1)
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
def command(texts: Sequence[str], config: Path | None) -> None:
    """Say each of TEXTS to the line and print its answers; without TEXTS, read them line by line."""
    settings = load_settings(config)
    publisher = open_publisher(settings)
    understood: list[Understanding] = []
    knowledge = LiveKnowledge(lambda: publisher.current, understood.append)
    offers = Offers(links=publisher.current.content.addressed())
    book = DeskBook(settings.desk, lambda: publisher.current.content.desk)
    talk = Conversation(knowledge, LiveDesk(book, QueueBoard()), offers=offers)
    converse(TextCall(Dialogue(reception(talk))), texts or _typed(), understood)


def converse(call: TextCall, texts: Iterable[str], understood: list[Understanding]) -> None:
    """Hold the conversation and print it."""
    greeting = call.answer() + call.listen()
    if not sys.stdin.isatty():
        greeting = []
    _print(greeting)
    for text in texts:
        if call.ended:
            break
        actions = call.say(text) + call.listen()
        while understood:
            click.echo(f"      ({describe(understood.pop(0))})")
        _print(actions)


def _typed() -> Iterable[str]:
    while True:
        if sys.stdin.isatty():
            click.echo("VOUS  ", nl=False)
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def _print(actions: Iterable[Action]) -> None:
    for action in actions:
        match action:
            case Say(lines=lines):
                for line in lines:
                    click.echo(f"IVR   {line.text}")
            case Transfer(queue=queue):
                click.echo(f"      (handed off to the queue « {queue} »)")
            case _:
                pass
