"""The monitoring endpoints, over real HTTP on loopback."""

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.metrics_core import Metric

from ivr.config import MonitoringSettings
from ivr.errors import ConfigurationError
from ivr.health import MetricsPage, Phase, Readiness, health_app
from ivr.http_server import HttpServer
from ivr.metrics import Metrics

pytestmark = pytest.mark.contract


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


async def test_the_endpoints_answer() -> None:
    """Metrics in Prometheus' format, health always, readiness with what is wrong."""
    problems = {"speech": ""}
    server = HttpServer(
        MonitoringSettings(port=0),
        health_app(Metrics().registry, Readiness(checks={"speech": lambda: problems["speech"]})),
    )
    await server.start()
    try:
        base = f"http://{server.address}"
        status, metrics = await asyncio.to_thread(get, f"{base}/metrics")
        assert (status, "# TYPE ivr_calls_total counter" in metrics) == (200, True)
        assert (await asyncio.to_thread(get, f"{base}/health"))[0] == 200
        assert (await asyncio.to_thread(get, f"{base}/ready"))[0] == 200
        problems["speech"] = "no model"
        status, body = await asyncio.to_thread(get, f"{base}/ready")
        assert (status, json.loads(body)["problems"]) == (404, {"speech": "no model"})
        assert (await asyncio.to_thread(get, f"{base}/"))[0] == 404
    finally:
        await server.aclose()


@pytest.mark.parametrize(
    ("phase", "refusing", "problem", "status", "said"),
    [
        (Phase.SERVING, "", "", 200, "ready"),
        (Phase.SERVING, "", "No space left on device", 200, "degraded"),
        (Phase.SERVING, "overflowing", "", 404, "not ready"),
        (Phase.STARTING, "", "", 503, "starting"),
        (Phase.DRAINING, "overflowing", "", 404, "draining"),
    ],
)
def test_readiness_tells_broken_from_busy(
    phase: Phase, refusing: str, problem: str, status: int, said: str
) -> None:
    """What only somebody should know of keeps no call away; a drain is not a breakdown."""
    readiness = Readiness(
        lambda: phase, {"spool": lambda: refusing}, lambda: {"log": problem} if problem else {}
    )
    answered, told = readiness.answer()
    assert (answered, told["status"]) == (status, said)
    expected = {name: text for name, text in (("spool", refusing), ("log", problem)) if text}
    assert told["problems"] == expected


async def test_a_taken_port_is_a_clear_message() -> None:
    """Whoever has the port, the operator reads which setting to change."""
    first = HttpServer(MonitoringSettings(port=0), health_app(Metrics().registry, Readiness()))
    await first.start()
    try:
        taken = int(first.address.rpartition(":")[2])
        second = HttpServer(MonitoringSettings(port=taken), health_app(Metrics().registry, Readiness()))
        with pytest.raises(ConfigurationError, match=r"\[monitoring\] 127.0.0.1:\d+: cannot listen"):
            await second.start()
    finally:
        await first.aclose()


class Registry(CollectorRegistry):
    """Counts how often it is read, and in which thread; changes under its reader the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.readers: list[threading.Thread] = []

    def collect(self) -> Iterator[Metric]:
        self.readers.append(threading.current_thread())
        if len(self.readers) == 1:
            raise RuntimeError("dictionary changed size during iteration")
        yield from super().collect()


async def test_metrics_are_made_beside_the_calls_and_once_a_second() -> None:
    """Whoever asks again and again gets the same page; it is not made in the event loop's thread."""
    registry, now = Registry(), [0.0]
    Gauge("ivr_calls_shown", "Calls", registry=registry).set_function(lambda: now[0])
    page = MetricsPage(registry, 1.0, lambda: now[0])
    pages = await asyncio.gather(*(page.read() for _ in range(50)))
    assert len(set(pages)) == 1
    assert len(registry.readers) == 2
    assert threading.main_thread() not in registry.readers
    now[0] = 1.5
    assert b"ivr_calls_shown 1.5" in await page.read()
