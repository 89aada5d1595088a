"""``ivr serve``: the server, until SIGTERM; SIGHUP publishes what changed in ``prompts/``."""

import asyncio
import signal
from pathlib import Path

import click
import structlog

from ivr.app import Server
from ivr.config import Settings, hand_down, load_settings
from ivr.descriptors import needed, raise_limit, report_errors
from ivr.errors import IvrError
from ivr.log_writer import LogWriter
from ivr.logs import configure_logs

log = structlog.get_logger()


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
def command(config: Path | None) -> None:
    """Answer calls until told to stop."""
    settings = load_settings(config)
    hand_down(config)  # to the regression calls of the console
    writer = configure_logs(settings.log)
    try:
        asyncio.run(_serve(settings, writer))
    finally:
        writer.flush()


async def _serve(settings: Settings, writer: LogWriter) -> None:
    stop, reload = asyncio.Event(), asyncio.Event()
    loop, ourselves = asyncio.get_running_loop(), asyncio.current_task()
    assert ourselves is not None
    report_errors(loop)
    if (may := raise_limit()) < (wanted := needed(settings)):
        log.warning("descriptors.few", may_be_open=may, needed=wanted, remedy="raise LimitNOFILE")
    server = Server(settings, log_writer=writer)

    def end() -> None:
        if not (server.ready or stop.is_set()):
            ourselves.cancel()  # it may learn for half a minute yet, and nobody needs that any more
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    log.info("server.starting")
    try:
        await _answer_calls(server, settings, stop, reload)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        log.info("server.not_started")


async def _answer_calls(
    server: Server, settings: Settings, stop: asyncio.Event, reload: asyncio.Event
) -> None:
    async with server:
        reloading = asyncio.create_task(_reload_when_told(server, reload), name="reload")
        await stop.wait()
        server.drain()
        log.info("server.draining", calls=len(server.active), seconds=settings.call.drain)
        reloading.cancel()
        await asyncio.gather(reloading, return_exceptions=True)


async def _reload_when_told(server: Server, reload: asyncio.Event) -> None:
    while True:
        await reload.wait()
        reload.clear()
        try:
            await server.reload()
        except IvrError as error:
            log.error("server.reload_refused", reason=str(error))
        except Exception:  # task boundary: whatever went wrong, the next SIGHUP shall work
            log.exception("server.reload_failed")
