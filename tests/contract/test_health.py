"""The monitoring endpoints, over real HTTP on loopback."""

import asyncio
import json
import urllib.error
import urllib.request

import pytest

from ivr.config import MonitoringSettings
from ivr.errors import ConfigurationError
from ivr.health import HttpServer, health_app
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
        MonitoringSettings(port=0), health_app(Metrics().registry, {"speech": lambda: problems["speech"]})
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
        assert (status, json.loads(body)["problems"]) == (503, {"speech": "no model"})
        assert (await asyncio.to_thread(get, f"{base}/"))[0] == 404
    finally:
        await server.aclose()


async def test_a_taken_port_is_a_clear_message() -> None:
    """Whoever has the port, the operator reads which setting to change."""
    first = HttpServer(MonitoringSettings(port=0), health_app(Metrics().registry, {}))
    await first.start()
    try:
        taken = int(first.address.rpartition(":")[2])
        with pytest.raises(ConfigurationError, match=r"\[monitoring\] 127.0.0.1:\d+: cannot listen"):
            await HttpServer(MonitoringSettings(port=taken), health_app(Metrics().registry, {})).start()
    finally:
        await first.aclose()
