"""Every file of ``contrib/`` is read by the program it is for, or names only what exists."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from ivr.config import Settings
from ivr.metrics import Metrics
from ivr.setting_names import key_of, keys

pytestmark = pytest.mark.fleet

ROOT = Path(__file__).parents[2]
CONTRIB = ROOT / "contrib"
METRIC = re.compile(r"\b(?:ivr|process)_[a-z_]+\b")


def run(*command: object, folder: Path = CONTRIB) -> str:
    """Run a program of Debian's; return what it printed. Fails with its words."""
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", ["haproxy/ivr.cfg", "containers/haproxy.cfg"])
def test_haproxy_accepts_its_configuration_without_a_warning(name: str, tmp_path: Path) -> None:
    """Names that only containers know are replaced by an address."""
    text = (CONTRIB / name).read_text(encoding="utf-8")
    (tmp_path / "haproxy.cfg").write_text(re.sub(r" ivr-(\d):", r" 192.0.2.2\1:", text))
    assert "WARNING" not in run("haproxy", "-c", "-f", tmp_path / "haproxy.cfg")


def test_alarms_fire_when_they_should() -> None:
    """promtool's own tests, beside the rules."""
    folder = CONTRIB / "prometheus"
    assert "SUCCESS" in run("promtool", "test", "rules", "rules_test.yml", folder=folder)
    run("promtool", "check", "config", "prometheus.yml", folder=folder)


def metrics_of_the_code() -> set[str]:
    """Every name that a metric has anywhere in the package, and what Prometheus adds to it."""
    names = set(METRIC.findall(generate_latest(Metrics().registry).decode()))
    for path in (ROOT / "ivr").rglob("*.py"):
        names |= set(re.findall(r'"(ivr_[a-z_]+)"', path.read_text(encoding="utf-8")))
    added = {
        f"{name}{ending}" for name in names for ending in ("_total", "_bucket", "_info", "_sum", "_count")
    }
    process = {
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
    }
    return names | added | process


@pytest.mark.parametrize("name", ["prometheus/rules.yml", "prometheus/rules_test.yml", "grafana/ivr.json"])
def test_only_metrics_that_exist_are_asked_for(name: str) -> None:
    """A metric that was renamed breaks this test, not a night."""
    asked = set(METRIC.findall((CONTRIB / name).read_text(encoding="utf-8")))
    assert asked
    assert asked - metrics_of_the_code() == set()


def test_the_dashboard_has_an_order_that_grafana_takes() -> None:
    """Panels have numbers of their own, lie on the grid of 24 columns, and do not cover one another."""
    panels = json.loads((CONTRIB / "grafana" / "ivr.json").read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert all(x < 24 for x, _ in cells)
        taken |= cells


@pytest.mark.parametrize("unit", sorted(path.name for path in (CONTRIB / "systemd").iterdir()))
def test_systemd_understands_every_unit(unit: str, tmp_path: Path) -> None:
    """``systemd-analyze verify``, with a program where the unit looks for one."""
    for path in (CONTRIB / "systemd").iterdir():
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(re.sub(r"ExecStart=/\S+", "ExecStart=/bin/true", text))
    name = unit.replace("@.", "@1.")
    shutil.copy(tmp_path / unit, tmp_path / name) if name != unit else None
    printed = run("systemd-analyze", "verify", "--man=no", tmp_path / name)
    assert not [line for line in printed.splitlines() if unit.split(".")[0].rstrip("@") in line], printed


def test_the_service_is_confined() -> None:
    """Exposure as systemd measures it, 0 (none) to 10."""
    printed = run("systemd-analyze", "security", "--offline=true", "systemd/ivr.service")
    found = re.search(r"exposure level for ivr.service: ([\d.]+)", printed)
    assert found is not None
    assert float(found[1]) < 2.0


def test_the_service_waits_longer_than_calls_may_take_to_end() -> None:
    """Also with the longest drain that the documentation advises."""
    text = (CONTRIB / "systemd" / "ivr.service").read_text(encoding="utf-8")
    assert int(re.findall(r"TimeoutStopSec=(\d+)", text)[0]) > Settings().call.maximum_seconds


def compose() -> dict[str, Any]:
    found = yaml.safe_load((CONTRIB / "containers" / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_compose_names_settings_and_files_that_exist() -> None:
    """Every IVR_ variable is a setting, every mounted file is in the repository."""
    known = set(keys(Settings))
    for name, service in compose()["services"].items():
        for variable in service.get("environment", {}):
            assert not variable.startswith("IVR_") or key_of(variable) in known, (name, variable)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose()["volumes"] or (CONTRIB / "containers" / source).exists(), volume


def test_workers_of_compose_have_names_doors_and_time_to_end() -> None:
    """No two share a name or a door, and no container is killed while calls end."""
    workers = [compose()["services"][name] for name in ("ivr-1", "ivr-2")]
    for key in ("IVR_STORE__SERVER", "IVR_MEDIA__ADVERTISE"):
        assert len({worker["environment"][key] for worker in workers}) == 2
    for worker in workers:
        drain = float(worker["environment"]["IVR_CALL__DRAIN"])
        assert float(worker["stop_grace_period"].rstrip("s")) > drain


def test_the_containerfile_copies_what_make_dist_builds() -> None:
    """And starts a command that exists."""
    text = (CONTRIB / "containers" / "Containerfile").read_text(encoding="utf-8")
    assert "dist/ivr-*.whl" in text
    assert "--wheel-dir dist" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r'CMD \["serve"\]', text)
