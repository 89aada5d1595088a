"""``ivr simulate``: scripted calls on servers of their own, no Asterisk needed; status 0 if all went well.

Prints what happens; the judging is the simulator's.
"""

import asyncio
import json
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ivr.call.knowledge import open_publisher
from ivr.config import DeskSettings, Settings, load_settings
from ivr.errors import ConfigurationError
from ivr.logs import silence_logs
from ivr.progress import Progress
from ivr.simulator.rehearsal import Theatre, rehearse, rehearse_transcripts
from ivr.simulator.runner import CallReport
from ivr.simulator.script import load_script
from ivr.simulator.spoken import read_transcripts
from ivr.simulator.transcript import differences, replay
from ivr.simulator.voices import check_recordings


@click.command()
@click.argument("scripts", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per call instead of the conversation.")
@click.option("--asterisk", type=click.Path(path_type=Path), help="Use the real Asterisk unpacked there.")
@click.option(
    "--recordings",
    type=click.Path(path_type=Path),
    default=Path("var/calls"),
    show_default=True,
    help="Where to keep what the callers heard.",
)
@click.option("--call", "names", multiple=True, help="Play the call of this name only; may be repeated.")
@click.option("--at-once", type=click.IntRange(1), help="At most so many calls at the same time.")
@click.option("--always-open", is_flag=True, help="As if the desk were open, whenever this is run.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
def command(
    scripts: tuple[Path, ...],
    as_json: bool,
    asterisk: Path | None,
    recordings: Path,
    names: tuple[str, ...],
    at_once: int | None,
    always_open: bool,
    config: Path | None,
) -> int:
    """Play SCRIPTS and say whether each call went as written.

    YAML scripts are spoken in real time, one after the other. Plain-text transcripts (.txt) are typed, in
    milliseconds; with --asterisk they are spoken, all at once.
    """
    settings = load_settings(config)
    if always_open:
        settings = settings.model_copy(update={"desk": open_desk(settings.desk)})
    transcripts = [script for script in scripts if script.suffix == ".txt"]
    spoken = [script for script in scripts if script not in transcripts]
    stage = theatre(settings, asterisk, recordings, as_json=as_json, at_once=at_once or 0)
    statuses = [play(script, stage, names, as_json=as_json) for script in spoken]
    if asterisk is None:
        statuses += [compare(script, settings, as_json=as_json) for script in transcripts]
    elif transcripts:
        statuses.append(speak(transcripts, stage, as_json=as_json))
    return max(statuses)


def compare(script: Path, settings: Settings, *, as_json: bool) -> int:
    """Hold a typed conversation again; print what differs from the transcript and return the exit status."""
    try:
        written = script.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{script}: cannot read it: {error}") from None
    held = replay(written, open_publisher(settings, late=True).current, str(script))
    found = differences(written.splitlines(), held.splitlines())
    if as_json:
        click.echo(json.dumps({"call": script.stem, "passed": not found, "failures": found}))
    else:
        click.echo("\n".join(found) or f"{script.stem}: as expected")
    return 1 if found else 0


def play(script: Path, stage: Theatre, names: Sequence[str] = (), *, as_json: bool = False) -> int:
    """Play *script*, or its calls of these *names*, and print; return the exit status."""
    calls = load_script(script)
    if unknown := set(names) - {call.name for call in calls}:
        raise ConfigurationError(f"{script}: no call of the name {min(unknown)!r}")
    calls = tuple(call for call in calls if not names or call.name in names)
    check_recordings(calls)
    return _report(rehearse(calls, stage), stage.recordings, as_json=as_json)


def speak(scripts: Sequence[Path], stage: Theatre, *, as_json: bool = False) -> int:
    """Speak transcripts on a real line and print; return the exit status."""
    return _report(rehearse_transcripts(read_transcripts(scripts), stage), stage.recordings, as_json=as_json)


def theatre(
    settings: Settings, asterisk: Path | None, recordings: Path, *, as_json: bool = False, at_once: int = 0
) -> Theatre:
    """Return a stage whose calls are told as they unfold, or as JSON, each when it ends."""
    silence_logs(logging.ERROR)  # the narration says it better
    if not as_json:
        return Theatre(settings, asterisk, recordings, click.echo, Progress(), at_once)

    def ended(number: int, report: CallReport) -> None:
        click.echo(json.dumps(as_dict(report), ensure_ascii=False))

    return Theatre(settings, asterisk, recordings, lambda line: None, Progress(quiet=True), at_once, ended)


def open_desk(desk: DeskSettings) -> DeskSettings:
    """Return *desk* without hours, so that a call goes the same way at any time of any day."""
    return desk.model_copy(update={"hours": {}, "holidays": False, "extra_closed": [], "extra_open": []})


def _report(rehearsal: Coroutine[Any, Any, list[CallReport]], recordings: Path, *, as_json: bool) -> int:
    reports = asyncio.run(rehearsal)
    if not as_json:
        tell(reports, recordings)
    return status(reports)


def tell(reports: Sequence[CallReport], recordings: Path) -> None:
    """Print how the calls went."""
    for index, report in enumerate(reports, 1):
        click.echo(verdict(index, report))
    click.echo(f"What each caller heard: {recordings}/call-N.wav")


def status(reports: Sequence[CallReport]) -> int:
    """Return the exit status."""
    return 0 if all(report.passed for report in reports) else 1


def verdict(index: int, report: CallReport) -> str:
    """One line on how a call went."""
    latency = (
        f", slowest reply {max(each.total for each in report.latencies):.2f} s" if report.latencies else ""
    )
    silent = f", silent {max(report.barge_ins):.2f} s after the interruption" if report.barge_ins else ""
    apart = "\n" if report.call.transcript else "; "
    outcome = "as expected" if report.passed else f"FAILED: {apart.join(report.failures)}"
    return f"{index}  {report.call.name}: {outcome} ({report.seconds:.0f} s{latency}{silent})"


def as_dict(report: CallReport) -> dict[str, object]:
    """A report for machines."""
    return {
        "call": report.call.name,
        "passed": report.passed,
        "failures": report.failures,
        "mismatches": [asdict(each) for each in report.mismatches],
        "heard": report.heard,
        "seconds": round(report.seconds, 2),
        "latencies": [
            {"end_of_turn": round(each.end_of_turn, 3), "processing": round(each.processing, 3)}
            for each in report.latencies
        ],
        "barge_ins": [round(each, 3) for each in report.barge_ins],
    }
