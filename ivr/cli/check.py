"""``ivr check``: is everything there and right? Says what to do about what is not.

Asks each part in turn and prints one line for each; status 1 when a caller would notice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from ivr import descriptors
from ivr.call.desk import DeskBook
from ivr.call.knowledge import open_publisher
from ivr.call.observing import check_notice
from ivr.config import Settings, load_settings
from ivr.errors import IvrError
from ivr.folders import why_not_written, written_folders
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.published import load_content
from ivr.logs import silence_logs
from ivr.speech.recognition import engines
from ivr.speech.synthesis.recordings import Recordings
from ivr.speech.synthesis.synthesizers import start_synthesizer
from ivr.store.database import UNAVAILABLE, Database, reason_of
from ivr.store.retention_days import kept_for, last_moment, why_doubted
from ivr.telephony.ami import AmiClient
from ivr.telephony.ami_check import examine
from ivr.telephony.amilink import AmiError, AmiUnavailable

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
    told = f"{answers} answers, {lines} lines, {len(lexicon.entries)} pronunciations"
    return f"{told}, in {settings.prompts.resolve()}"


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
    return f"all readable, in {settings.prompts.resolve() / 'recordings'}"


async def _regression(settings: Settings) -> str:
    folder = settings.console.regression.resolve()
    if not folder.is_dir():
        if settings.console.regression_required:
            raise IvrError(f"{folder}: no such folder, and [console] regression_required = true")
        return f"{folder}: no such folder, « Essayer » has no calls to play"
    scripts = [path for path in folder.iterdir() if path.suffix in (".yaml", ".txt")]
    return f"{len(scripts)} scripts (not played), in {folder}"


async def _model(settings: Settings) -> str:
    await asyncio.to_thread(engines.create, settings.recognition)
    return str(settings.recognition.model.resolve())


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


async def _descriptors(settings: Settings) -> str:
    may, wanted = descriptors.allowed(), descriptors.needed(settings)
    if may < wanted:
        raise IvrError(
            f"this process may open {may} files and connections, a full house needs {wanted}: "
            "set LimitNOFILE in the systemd unit, or fewer connections in the settings"
        )
    return f"{may} may be open, {wanted} are needed at most"


async def _disks(settings: Settings) -> str:
    folders = await asyncio.to_thread(written_folders, settings)
    found = [await asyncio.to_thread(why_not_written, folder) for folder in folders]
    if problems := list(filter(None, found)):
        raise IvrError("\n".join(problems))
    return f"written to {', '.join(map(str, folders))}"


async def _clock(settings: Settings) -> str:
    now = datetime.now(UTC)
    if not settings.store.enabled:
        return f"{now:%Y-%m-%d %H:%M} UTC; nothing recorded to compare it with"
    async with Database(settings.store.url) as database:
        try:
            last = await last_moment(database)
        except UNAVAILABLE as error:
            raise IvrError(f"not compared with the record: {reason_of(error)}") from None
    if doubt := why_doubted(now, last):
        raise IvrError(doubt)
    return f"{now:%Y-%m-%d %H:%M} UTC" + (f", last recorded {last:%Y-%m-%d %H:%M}" if last else "")


async def _asterisk(settings: Settings) -> str:
    if not settings.ami.enabled:
        return "AMI is switched off: agents and waiting times are unknown"
    desk = (await _effective(settings)).settings()
    queues = dict.fromkeys(name for name in (desk.queue, desk.technical_queue) if name)
    wrong, fine = [], []
    for each in settings.ami.each():
        client = AmiClient(each)
        await client.start()
        try:
            await _connected(client)
            found = await examine(client, settings, queues)
        except AmiError as error:
            wrong.append(f"AMI at {client.address}: {error}; see dialplan/ivr-manager.conf and [ami]")
        else:
            wrong += [f"{client.address}: {problem}" for problem in found.wrong]
            fine.append("; ".join(found.fine))
        finally:
            await client.aclose()
    if wrong:
        raise IvrError("\n".join(wrong))
    return " | ".join(fine)


async def _connected(client: AmiClient) -> None:
    """Return once the queues are known. Raises AmiUnavailable."""
    deadline = asyncio.get_running_loop().time() + AMI_SECONDS
    while not client.known and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    if not client.known:
        raise AmiUnavailable(client.problem or "no answer")


PROBES: dict[str, Probe] = {
    "questions and answers": _content,
    "documents": _links,
    "desk": _desk,
    "recordings": _recordings,
    "speech model": _model,
    "voice": _voice,
    "regression calls": _regression,
    "record": _record,
    "clock": _clock,
    "disks": _disks,
    "descriptors": _descriptors,
    "Asterisk": _asterisk,
}
