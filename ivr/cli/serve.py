"""``ivr serve``: the server, until SIGTERM; SIGHUP publishes what changed in ``prompts/``."""

import asyncio
import signal
from pathlib import Path

import click
import structlog

from ivr.app import Server
from ivr.config import Settings, load_settings
from ivr.errors import IvrError
from ivr.logs import configure_logs

log = structlog.get_logger()


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Settings file; default: ./ivr.toml.")
def command(config: Path | None) -> None:
    """Answer calls until told to stop."""
    settings = load_settings(config)
    configure_logs(settings.log)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    async with Server(settings) as server:
        reloading = asyncio.create_task(_reload_when_told(server, reload), name="reload")
        await stop.wait()
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
