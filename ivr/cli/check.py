"""``ivr check``: is everything there and right? Says what to do about what is not.

Asks each part in turn and prints one line for each; status 1 when a caller would notice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import click

from ivr.call.desk import DeskBook
from ivr.call.knowledge import open_publisher
from ivr.call.observing import check_notice
from ivr.config import AmiSettings, Settings, load_settings
from ivr.errors import IvrError
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.published import load_content
from ivr.logs import silence_logs
from ivr.speech.recognition import engines
from ivr.speech.synthesis.recordings import Recordings
from ivr.speech.synthesis.synthesizers import start_synthesizer
from ivr.store.database import UNAVAILABLE, Database, reason_of
from ivr.store.retention_days import kept_for
from ivr.telephony.ami import AmiClient

AMI_SECONDS = 5.0

Probe = Callable[[Settings], Awaitable[str]]
"""Looks at one part and says in a few words how it is. Raises IvrError with the remedy."""


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
def command(config: Path | None) -> int:
    """Check settings, content, model, voice and Asterisk; say what to do."""
    settings = load_settings(config)
    silence_logs()
    click.echo("ok       settings")
    return asyncio.run(_check(settings))


async def _check(settings: Settings) -> int:
    failed = 0
    for name, probe in PROBES.items():
        try:
            click.echo(f"ok       {name}: {await probe(settings)}")
        except IvrError as error:
            failed += 1
            click.echo(f"WRONG    {name}:")
            for line in str(error).splitlines():
                click.echo(f"           {line}")
    return 1 if failed else 0


async def _content(settings: Settings) -> str:
    publisher = await asyncio.to_thread(open_publisher, settings)
    lexicon = await asyncio.to_thread(load_lexicon, settings.prompts / "lexicon.yaml")
    content = publisher.current.content
    answers, lines = len(content.faq.answers), len(content.spoken())
    return f"{answers} answers, {lines} lines, {len(lexicon.entries)} pronunciations"


async def _links(settings: Settings) -> str:
    content = await asyncio.to_thread(load_content, settings.prompts, settings.links)
    missing = sorted(content.links.keys() - content.addressed())
    return f"no address for {', '.join(missing)}: add [links.KEY] to the settings" if missing else "all known"


async def _desk(settings: Settings) -> str:
    book = await _effective(settings)
    hours = book.hours()
    today = hours.day(datetime.now(hours.zone).date())
    open_today = ", ".join(map(str, today.spans)) or "closed"
    return f"{hours.spoken() or 'always open'}; today {open_today} ({today.name or today.why.value})"


async def _effective(settings: Settings) -> DeskBook:
    content = await asyncio.to_thread(load_content, settings.prompts, settings.links)
    return DeskBook(settings.desk, lambda: content.desk)


async def _recordings(settings: Settings) -> str:
    recordings = Recordings(settings.prompts / "recordings")
    errors = await asyncio.to_thread(recordings.scan)
    if errors:
        raise IvrError("\n".join(str(error) for error in errors))
    return "all readable"


async def _model(settings: Settings) -> str:
    await asyncio.to_thread(engines.create, settings.recognition)
    return str(settings.recognition.model)


async def _voice(settings: Settings) -> str:
    synthesizer = await start_synthesizer(settings.speech)
    try:
        await synthesizer.synthesize("Bonjour.", 100)
        return synthesizer.version
    finally:
        await synthesizer.aclose()


async def _record(settings: Settings) -> str:
    if not settings.store.enabled:
        return "switched off: no call is recorded, no callback taken"
    check_notice(settings)
    async with Database(settings.store.url) as database:
        try:
            await database.upgrade()
        except UNAVAILABLE as error:
            shown = database.url.render_as_string(hide_password=True)
            raise IvrError(f"{shown}: {reason_of(error)}; see [store] url") from None
        if database.newer:
            raise IvrError(
                f"the tables are at {database.newer}, of a newer version of ivr: update this one; "
                "calls are recorded meanwhile"
            )
        kept = await kept_for(database, settings.store)
        sound = f"sound {kept.audio_days} days" if kept.audio else "no sound"
        return f"{database.dialect}, words kept {kept.transcript_days} days, {sound}"


async def _asterisk(settings: Settings) -> str:
    if not settings.ami.enabled:
        return "AMI is switched off: agents and waiting times are unknown"
    client = AmiClient(settings.ami)
    await client.start()
    try:
        desk = (await _effective(settings)).settings()
        names = dict.fromkeys(name for name in (desk.queue, desk.technical_queue) if name)
        return "; ".join([await _queue(client, settings.ami, name) for name in names])
    finally:
        await client.aclose()


async def _queue(client: AmiClient, ami: AmiSettings, queue: str) -> str:
    deadline = asyncio.get_running_loop().time() + AMI_SECONDS
    while (facts := client.board.facts(queue)) is None and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    if not client.connected:
        why = client.problem or "no answer"
        raise IvrError(f"AMI at {ami.host}:{ami.port}: {why}; see dialplan/ivr-manager.conf and [ami]")
    if facts is None:
        raise IvrError(
            f"Asterisk has no queue {queue!r}: see dialplan/ivr-queues.conf, desk.queue and prompts/desk.yaml"
        )
    return f"queue {queue}: {facts.agents_free} agents free, {facts.callers_waiting} callers waiting"


PROBES: dict[str, Probe] = {
    "questions and answers": _content,
    "documents": _links,
    "desk": _desk,
    "recordings": _recordings,
    "speech model": _model,
    "voice": _voice,
    "record": _record,
    "Asterisk": _asterisk,
}
